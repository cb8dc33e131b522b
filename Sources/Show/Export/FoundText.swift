import Figures
import Networks
import PlainText

/// What a search at a site prints: one line about all pairs, and the first images.
public enum FoundText {
  /// Images listed.
  private static let mostImages = 10
  /// Characters of a cell that are shown; lists of channels and positions are long.
  private static let longestCell = 32

  /// The text, ending in a newline.
  ///
  /// - Parameters:
  ///   - found: What was found.
  ///   - site: Where.
  ///   - sought: What was looked for, as the user said it.
  public static func text(_ found: FoundImages, at site: ActivationSite, sought: String) -> String {
    var lines = ["\(site.node) (block \(site.place.block) · \(site.place.site)), \(sought)", found.summary]
    let rows = found.table.rows.prefix(mostImages).map { row in row.dropFirst(3).map(cell) }
    if !rows.isEmpty {
      let texts = [Array(found.table.columns.dropFirst(3))] + rows
      lines += [""] + Columns.lines(texts, rightAligned: { column in isNumber(rows[0][column]) })
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func isNumber(_ text: String) -> Bool { Double(text) != nil }

  private static func cell(_ cell: Table.Cell) -> String {
    switch cell {
    case .number(let number): NumberText.fixed(number, decimals: 4)
    case .absent: "-"
    case .text(let text): shortened(CSV.text(.text(text.escaped)))
    default: shortened(CSV.text(cell))
    }
  }

  private static func shortened(_ text: String) -> String {
    guard text.count > longestCell, let space = text.prefix(longestCell).lastIndex(of: " ") else { return text }
    return text[..<space] + " …"
  }
}
