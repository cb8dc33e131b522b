import CPNGDecode
import Drawings
import Figures
import Foundation
import Statistics
import SyntheticRuns
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What stands in an SVG file, read back by its own coordinates.
private final class SVGReader: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String], text: String)] = []
  private var open: [Int] = []

  init(_ drawing: Drawing) {
    super.init()
    let parser = XMLParser(data: Data(SVGWriter.bytes(drawing)))
    parser.delegate = self
    precondition(parser.parse(), "an SVG file is XML")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append((name, attributes, ""))
  }
  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let last = open.last { elements[last].text += text }
  }
  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }

  func all(_ name: String) -> [[String: String]] { elements.filter { $0.name == name }.map(\.attributes) }
}

extension [String: String] {
  fileprivate func number(_ name: String) -> Double { self[name].flatMap(Double.init) ?? .nan }
}

@Suite struct DrawnNumbersTests {
  @Test("Every bar and whisker stands at the height of its number, by the axis's own ticks")
  func bars() throws {
    let run = syntheticRun()
    let drawing = try Drawing(FigureOrder(kind: .bars), of: run)
    let svg = SVGReader(drawing)
    // The axis as a reader of the page knows it: two ticks with their numbers.
    let ticks = svg.elements.filter { $0.name == "text" && $0.attributes["text-anchor"] == "end" }.compactMap { text in
      Double(text.text).map { (value: $0, y: text.attributes.number("y")) }
    }
    let (low, high) = (try #require(ticks.first), try #require(ticks.last))
    func value(_ y: Double) -> Double {
      // Labels stand a constant below their ticks.
      low.value + (y - (low.y - offset)) / (high.y - low.y) * (high.value - low.value)
    }
    let base =
      try #require(svg.all("rect").dropFirst().first).number("y")
      + (try #require(svg.all("rect").dropFirst().first)).number("height")
    let offset = low.y - base
    let figures = run.figure.sites.filter { ["A2", "stem", "last"].contains($0.site.place.site) }
    let rectangles = svg.all("rect").dropFirst()
    #expect(rectangles.count == figures.count && figures.count == 19)
    let whiskers = svg.all("path").filter { $0["stroke-width"] == "0.25" }
    #expect(whiskers.count == figures.count)
    for (figure, (rectangle, whisker)) in zip(figures, zip(rectangles, whiskers)) {
      let expected = try #require(figure.slopeDifference)
      #expect(abs(value(rectangle.number("y")) - expected.mean) < 1e-4)
      let numbers = (whisker["d"] ?? "").split { "ML ".contains($0) }.compactMap { Double($0) }
      #expect(numbers.count == 12)
      #expect(abs(value(numbers[1]) - max(0, expected.p10)) < 1e-4 && abs(value(numbers[3]) - expected.p90) < 1e-4)
    }
  }

  @Test("Each pixel of a scatter is a whole number of bins, with the level of all their pairs")
  func pixels() throws {
    let run = syntheticRun()
    let order = FigureOrder(kind: .scatter, sites: SiteSelection(blocks: .numbers([2, 9])))
    let content = try FigureContent(order, of: run)
    #expect(content.panes.count == 2)
    for (_, pane) in content.panes {
      let grid = try #require(run.density(of: pane.site.id))
      let picture = pane.picture
      var pairs = [UInt64](repeating: 0, count: picture.columns * picture.rows)
      for row in 0..<DensityGrid.bins {
        for column in 0..<DensityGrid.bins {
          // The bin's middle: were bins cut by pixels, counts would not be whole.
          let x = (grid.xEdge(column) + grid.xEdge(column + 1)) / 2
          let y = (grid.yEdge(row) + grid.yEdge(row + 1)) / 2
          guard abs(x) < pane.range.upper, abs(y) < pane.range.upper else { continue }
          let across = Int((x - pane.range.lower) / pane.range.length * Double(picture.columns))
          let down = Int((pane.range.upper - y) / pane.range.length * Double(picture.rows))
          pairs[down * picture.columns + across] += grid.counts[row * DensityGrid.bins + column]
        }
      }
      let isEqual = picture.amounts == pairs.map { Double($0) }
      #expect(isEqual)
      let top = Double(pairs.max() ?? 0)
      for (count, level) in zip(pairs, picture.levels) {
        let expected = count == 0 ? 0 : max(1, 15 - Int(log2(top / Double(count)).rounded(.down)))
        #expect(Int(level) == expected)
      }
    }
  }

  @Test("A picture in a file has the colours of its levels, and lies between the axes' ends")
  func embeddedPictures() throws {
    let drawing = try Drawing(
      FigureOrder(kind: .scatter, sites: SiteSelection(blocks: .numbers([2, 9]))), of: syntheticRun())
    let images = SVGReader(drawing).all("image")
    #expect(images.count == 2 && drawing.pictures.count == 2)
    for (image, picture) in zip(images, drawing.pictures) {
      let link = try #require(image["xlink:href"])
      let file = try #require(Data(base64Encoded: String(link.dropFirst("data:image/png;base64,".count))))
      #expect(
        try decoded(Array(file), picture.columns, picture.rows) == picture.pixels.map { picture.palette[Int($0)] })
      #expect(image["preserveAspectRatio"] == "none" && image["style"] == "image-rendering:pixelated")
      // One of the red lines, y = x, runs from corner to corner.
      let frame = picture.frame
      let isFound = drawing.lines.flatMap(\.pieces).contains { piece in
        piece.count == 2 && abs(piece[0].x - frame.x) < 1e-9 && abs(piece[0].y - frame.bottom) < 1e-9
          && abs(piece[1].x - frame.right) < 1e-9 && abs(piece[1].y - frame.y) < 1e-9
      }
      #expect(isFound)
    }
  }

  @Test(
    "PNG files of any content are read back by libpng, pixel by pixel", arguments: [(1, 1), (3, 2), (64, 64), (129, 5)])
  func pictureFiles(columns: Int, rows: Int) throws {
    let palette = DrawingTheme.paper.palette(.density)
    for seed in 0..<6 {
      var state = UInt32(seed * 7919 + 1)
      let pixels = (0..<columns * rows).map { index -> UInt8 in
        state = state &* 1_664_525 &+ 1_013_904_223
        return switch seed {
        case 0: 0
        case 1: UInt8(state >> 28)
        case 2: UInt8(index / columns % 16)
        case 3: UInt8(index % 16)
        case 4: state >> 30 == 0 ? 15 : 1
        default: index % 300 < 260 ? 7 : UInt8(state >> 28)
        }
      }
      let frame = Drawing.Frame(x: 0, y: 0, width: 1, height: 1)
      let picture = Drawing.Picture(frame, columns: columns, rows: rows, pixels: pixels, palette: palette)
      #expect(try decoded(IndexedPNG.bytes(picture), columns, rows) == pixels.map { palette[Int($0)] })
    }
  }

  @Test("Each channel's graph is its mean function, corner by corner")
  func graphs() throws {
    let order = FigureOrder(kind: .channels, sites: SiteSelection(blocks: .numbers([2])))
    let run = try syntheticChannels(order)
    let content = try FigureContent(order, of: run)
    let pane = try #require(content.panes.first?.pane)
    let channels = try #require(run.figure.channels(of: pane.site.id))
    #expect(pane.curves.count == channels.count && channels.count == 48)
    for (curve, channel) in zip(pane.curves, channels) {
      let function = try #require(channel.meanFunction(of: pane.site.activation))
      let pieces = curve.pieces(in: pane.range)
      for piece in pieces {
        for (left, right) in zip(piece, piece.dropFirst()) {
          for share in [0, 0.25, 0.5, 1] {
            let x = left.x + share * (right.x - left.x)
            let y = left.y + share * (right.y - left.y)
            #expect(abs(function(x) - y) < 1e-9)
          }
        }
      }
      // Wherever the function is inside the square there is a graph.
      for step in 1..<200 {
        let x = pane.range.lower + pane.range.length * Double(step) / 200
        guard abs(function(x)) < pane.range.upper * 0.999 else { continue }
        #expect(pieces.contains { ($0.first?.x ?? .infinity) <= x && x <= ($0.last?.x ?? -.infinity) })
      }
    }
    let kinds = try #require(content.kinds?.bars.first)
    #expect(kinds.counts.reduce(0, +) == channels.count { $0.kind != nil })
  }

  @Test("A comparison's difference is the share of the second run minus that of the first")
  func differences() throws {
    let order = FigureOrder(kind: .compare, sites: SiteSelection(blocks: .numbers([5])))
    let (one, other) = (syntheticRun(), syntheticRun(variant: 3, isStatic: true))
    let panes = try FigureContent(order, of: one, beside: other).panes.map(\.pane)
    #expect(panes.map(\.run) == ["dyrelu-b", "relu", "difference"])
    for (index, difference) in panes[2].picture.amounts.enumerated() {
      #expect(difference == panes[1].picture.amounts[index] - panes[0].picture.amounts[index])
    }
    #expect(throws: FigureFailure.self) { try FigureContent(order, of: one) }
  }
}

/// The colours of a PNG file's pixels, as libpng reads them.
private func decoded(_ file: [UInt8], _ columns: Int, _ rows: Int) throws -> [DrawingColor] {
  var pixels = [UInt8](repeating: 0, count: columns * rows * 3)
  // The buffer has three bytes for each pixel, as the call is told.
  let status = unsafe cpng_decode(file, file.count, UInt32(columns), UInt32(rows), 3, &pixels, nil, 0)
  try #require(status == 0)
  return (0..<columns * rows).map { index in
    DrawingColor(UInt32(pixels[3 * index]) << 16 | UInt32(pixels[3 * index + 1]) << 8 | UInt32(pixels[3 * index + 2]))
  }
}
