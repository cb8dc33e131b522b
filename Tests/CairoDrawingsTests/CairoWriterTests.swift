import CPNGDecode
import CairoDrawings
import Drawings
import Figures
import Foundation
import SyntheticRuns
import Testing

@Suite struct CairoWriterTests {
  private func drawing(_ order: FigureOrder = FigureOrder()) throws -> Drawing {
    let sites = SyntheticRun.sites(functions: 2, isStatic: false)
    let figure = SyntheticRun.snapshot(densities: Set(sites.map(\.id)))
    return try Drawing(order, of: SettledRun(figure, isExact: true) { _ in nil })
  }

  @Test("Equal drawings give equal bytes, and no date is among them")
  func equalBytes() throws {
    let (one, other) = (try drawing(), try drawing())
    let pdf = try CairoWriter.pdf(one, fonts: Fonts())
    #expect(try CairoWriter.pdf(other, fonts: Fonts()) == pdf)
    #expect(
      try CairoWriter.png(one, dotsPerInch: 150, fonts: Fonts())
        == CairoWriter.png(other, dotsPerInch: 150, fonts: Fonts()))
    let text = String(decoding: pdf, as: UTF8.self)
    #expect(text.hasPrefix("%PDF-1.5") && text.hasSuffix("%%EOF\n"))
    #expect(!text.contains("Date"))
    #expect(text.contains("/Title (\(one.title))"))
    // The page: 160 mm across.
    #expect(text.contains("/MediaBox [ 0 0 453.5433"))
  }

  @Test(
    "Each dot of a scatter in a PNG file has the colour of its pixel, wherever no line lies over it",
    arguments: [150.0, 300])
  func exactDots(dotsPerInch: Double) throws {
    var order = FigureOrder(kind: .scatter, sites: SiteSelection(blocks: .numbers([5, 9])))
    order.dotsPerInch = dotsPerInch
    let drawing = try drawing(order)
    let image = try decoded(CairoWriter.png(drawing, dotsPerInch: dotsPerInch, fonts: Fonts()))
    let scale = dotsPerInch / 25.4
    #expect(image.width == Int((drawing.width * scale).rounded()))
    let pictures = pictures(drawing.items)
    #expect(pictures.count == 2)
    for picture in pictures {
      let left = (picture.frame.x * scale).rounded()
      let top = (picture.frame.y * scale).rounded()
      let width = (picture.frame.right * scale).rounded() - left
      let height = (picture.frame.bottom * scale).rounded() - top
      var compared = 0
      for row in 0..<picture.rows {
        for column in 0..<picture.columns {
          guard Self.isClear(row, column, of: picture) else { continue }
          let x = left + (Double(column) + 0.5) * width / Double(picture.columns)
          let y = top + (Double(row) + 0.5) * height / Double(picture.rows)
          let expected = picture.palette[Int(picture.pixels[row * picture.columns + column])]
          #expect(image[Int(x), Int(y)] == expected)
          compared += 1
        }
      }
      #expect(compared > picture.pixels.count / 4)
    }
  }

  private func pictures(_ items: [Drawing.Item]) -> [Drawing.Picture] {
    items.flatMap { item -> [Drawing.Picture] in
      switch item {
      case .picture(let picture): [picture]
      case .group(_, let items): pictures(items)
      default: []
      }
    }
  }

  /// Whether a pixel is the picture's alone: lines run along the diagonals and the rim.
  private static func isClear(_ row: Int, _ column: Int, of picture: Drawing.Picture) -> Bool {
    let size = picture.columns
    let margin = size / 16
    let inside = margin..<size - margin
    guard inside.contains(row), inside.contains(column) else { return false }
    let below = abs(row - column)
    let above = abs(row + column - size + 1)
    return below > margin && above > margin
  }

  @Test("A PNG file knows its size on paper and what it shows")
  func pngMetadata() throws {
    let drawing = try drawing()
    let file = try CairoWriter.png(drawing, dotsPerInch: 300, fonts: Fonts())
    var chunks: [String: [UInt8]] = [:]
    var place = 8
    while place < file.count {
      let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let type = String(decoding: file[place + 4..<place + 8], as: UTF8.self)
      chunks[type, default: []] += file[place + 8..<place + 8 + length]
      place += 12 + length
    }
    #expect(place == file.count)
    #expect(chunks["pHYs"]?.prefix(4).reduce(0) { $0 << 8 | Int($1) } == 11811)
    let words = String(decoding: chunks["iTXt"] ?? [], as: UTF8.self)
    #expect(words.contains(drawing.title) && words.contains(drawing.description))
    #expect(chunks["tIME"] == nil)
  }

  @Test("Text that DejaVu Sans lacks, and text from outside, are drawn")
  func otherScripts() throws {
    var figure = SyntheticRun.snapshot(densities: [2])
    figure.model = "模型 модель <&>\u{1B}[0m\u{0}.bin"
    let order = FigureOrder(kind: .scatter, sites: SiteSelection(blocks: .numbers([1])))
    let drawing = try Drawing(order, of: SettledRun(figure, isExact: true) { _ in nil })
    #expect(try CairoWriter.pdf(drawing, fonts: Fonts()).count > 1000)
    #expect(try CairoWriter.png(drawing, dotsPerInch: 72, fonts: Fonts()).count > 1000)
  }

  @Test("What is too large for a picture is an error")
  func tooLarge() throws {
    let drawing = try drawing(FigureOrder(width: 1200))
    #expect(throws: CairoFailure.self) { try CairoWriter.png(drawing, dotsPerInch: 1200, fonts: Fonts()) }
  }
}

/// A PNG file's pixels as libpng reads them.
private struct DecodedImage {
  let width: Int
  let height: Int
  let pixels: [UInt8]

  subscript(x: Int, y: Int) -> DrawingColor {
    let start = 3 * (y * width + x)
    return DrawingColor(UInt32(pixels[start]) << 16 | UInt32(pixels[start + 1]) << 8 | UInt32(pixels[start + 2]))
  }
}

private func decoded(_ file: [UInt8]) throws -> DecodedImage {
  let width = file[16..<20].reduce(0) { $0 << 8 | Int($1) }
  let height = file[20..<24].reduce(0) { $0 << 8 | Int($1) }
  var pixels = [UInt8](repeating: 0, count: width * height * 3)
  // The buffer has three bytes for each pixel, as the call is told.
  let status = unsafe cpng_decode(file, file.count, UInt32(width), UInt32(height), 3, &pixels, nil, 0)
  try #require(status == 0)
  return DecodedImage(width: width, height: height, pixels: pixels)
}
