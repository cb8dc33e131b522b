import Foundation
import Terminal

/// A screen as text: what stands in each cell, then its colours as letters with their meanings below.
enum ScreenText {
  static func text(of buffer: CellBuffer) -> String {
    let foregrounds = buffer.cells.map { name($0.style.foreground) + ($0.style.bold ? " bold" : "") }
    let backgrounds = buffer.cells.map { name($0.style.background) }
    return "\(buffer.size.columns)x\(buffer.size.rows)\n" + plane(buffer.cells.map { Character($0.glyph) }, of: buffer)
      + "glyphs' colours\n" + letters(foregrounds, of: buffer) + "cells' colours\n" + letters(backgrounds, of: buffer)
  }

  private static func name(_ color: CellColor) -> String {
    switch color {
    case .standard: "standard"
    case .rgb(let red, let green, let blue): "rgb \(red) \(green) \(blue)"
    case .palette(let index): "palette " + String(repeating: " ", count: 3 - String(index).count) + String(index)
    }
  }

  private static func plane(_ characters: [Character], of buffer: CellBuffer) -> String {
    (0..<buffer.size.rows).map { row in
      "|" + String(characters[row * buffer.size.columns..<(row + 1) * buffer.size.columns]) + "|\n"
    }.joined()
  }

  private static func letters(_ names: [String], of buffer: CellBuffer) -> String {
    let known = Set(names).subtracting(["standard"]).sorted()
    var letter: [String: Character] = ["standard": "."]
    for (name, character) in zip(known, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
      letter[name] = character
    }
    let legend = known.map { "\(letter[$0] ?? "?") \($0)\n" }.joined()
    return plane(names.map { letter[$0] ?? "?" }, of: buffer) + legend
  }
}

/// The golden screens under `Tests/Golden/screens`; DYVIZ_UPDATE_GOLDEN=1 writes them anew.
enum GoldenScreens {
  static func expected(_ name: String, actual: String, file: String = #filePath) throws -> String {
    let url = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/screens/\(name).txt")
    if ProcessInfo.processInfo.environment["DYVIZ_UPDATE_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(actual.utf8).write(to: url)
    }
    return try String(contentsOf: url, encoding: .utf8)
  }
}
