import Figures
import Networks
import Statistics
import Testing

struct PictureTests {
  private func color(_ level: Int) -> PictureColor {
    PictureColor(red: UInt8(level), green: UInt8(255 - level), blue: UInt8(level / 2))
  }

  private func picture(_ width: Int, _ height: Int) -> Picture {
    Picture(width: width, height: height, pixels: (0..<width * height).map { color($0 * 37 % 256) })
  }

  @Test("Made smaller by a whole number, a pixel is the mean of those under it, rounded")
  func smaller() {
    let large = picture(12, 8)
    let small = large.resized(width: 4, height: 4)
    for row in 0..<4 {
      for column in 0..<4 {
        let under = (0..<2).flatMap { y in (0..<3).map { x in large.pixels[(2 * row + y) * 12 + 3 * column + x] } }
        func mean(_ part: (PictureColor) -> UInt8) -> UInt8 { UInt8((under.reduce(0) { $0 + Int(part($1)) } + 3) / 6) }
        let expected = PictureColor(red: mean(\.red), green: mean(\.green), blue: mean(\.blue))
        #expect(small.pixels[row * 4 + column] == expected)
      }
    }
  }

  @Test("Made larger, pixels are repeated; the same size is the same picture; no size is no picture")
  func larger() {
    let small = picture(3, 2)
    let large = small.resized(width: 9, height: 4)
    for row in 0..<4 {
      for column in 0..<9 { #expect(large.pixels[row * 9 + column] == small.pixels[row / 2 * 3 + column / 3]) }
    }
    #expect(small.resized(width: 3, height: 2) == small)
    #expect(small.resized(width: 0, height: 2).pixels.isEmpty)
  }
}

struct PairRegionTextTests {
  @Test(
    "Ends are rounded to decimals that move them by less than a twentieth of a pixel, and read back from their text",
    arguments: [0.108, 0.5, 3.7, 1e-4, 7e-7, 100, 2048])
  func rounding(_ pixel: Double) throws {
    for step in -40...40 {
      let lower = Double(step) * pixel * 1.37
      let range = try #require(ValueRange(rounding: lower...lower + 3 * pixel, pixel: pixel))
      let ends = try [#require(range.lower), #require(range.upper)]
      #expect(abs(Double(ends[0]) - lower) <= pixel / 19 && abs(Double(ends[1]) - lower - 3 * pixel) <= pixel / 19)
      #expect(range.argument.split(separator: ":").map { Float(String($0)) } == ends)
    }
  }

  @Test("What cannot be rounded is no range")
  func none() {
    #expect(ValueRange(rounding: 1...2, pixel: 0) == nil)
    #expect(ValueRange(rounding: 1...2, pixel: .infinity) == nil)
    #expect(ValueRange(rounding: 1...1, pixel: 1) == nil)
  }
}

struct MarkTests {
  @Test("Marks are a table in their order; what a kind does not have is left empty")
  func table() throws {
    let place = SitePlace(block: 5, site: "A2")
    let region = PairRegion(
      x: try #require(ValueRange(lower: -1, upper: 0.5)), y: try #require(ValueRange(lower: 2, upper: nil)))
    let marks: [Mark] = [.site(place), .region(place, region), .image(1)]
    let table = marks.table(SourceNames(images: ["a.png", "b.png"], classes: []))
    #expect(table.columns == ["kind", "block", "site", "x_lower", "x_upper", "y_lower", "y_upper", "image"])
    #expect(
      table.rows == [
        [.text("site"), .integer(5), .text("A2"), .absent, .absent, .absent, .absent, .absent],
        [.text("region"), .integer(5), .text("A2"), .number(-1), .number(0.5), .number(2), .absent, .absent],
        [.text("image"), .absent, .absent, .absent, .absent, .absent, .absent, .text("b.png")],
      ])
  }
}
