import Networks
import Statistics

/// A colour of a picture, 8 bits for each of red, green and blue.
public struct PictureColor: Sendable, Hashable {
  /// The red part.
  public var red: UInt8
  /// The green part.
  public var green: UInt8
  /// The blue part.
  public var blue: UInt8

  package init(red: UInt8, green: UInt8, blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }
}

/// An image as the network takes it: after resizing and cropping, so that the positions of a feature map lie over it.
public struct Picture: Sendable, Equatable {
  /// Pixels beside each other.
  public let width: Int
  /// Pixels above each other.
  public let height: Int
  /// Row by row from the top.
  public let pixels: [PictureColor]

  package init(width: Int, height: Int, pixels: [PictureColor]) {
    precondition(pixels.count == width * height, "a picture has a colour for each pixel")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// The input of a finding, scaled back to 0...255; nil before the image was seen.
  public init?(_ finding: ImageFinding, _ preprocessing: Preprocessing) {
    let channels = preprocessing.channels
    let input = finding.input.floats
    let count = finding.inputHeight * finding.inputWidth
    guard count > 0, input.count == count * channels else { return nil }
    func level(_ position: Int, _ channel: Int) -> UInt8 {
      let channel = min(channel, channels - 1)
      let value = input[position * channels + channel] * preprocessing.deviation[channel] + preprocessing.mean[channel]
      return value.isFinite ? UInt8(min(max((value * 255).rounded(), 0), 255)) : 0
    }
    self.init(
      width: finding.inputWidth, height: finding.inputHeight,
      pixels: (0..<count).map { PictureColor(red: level($0, 0), green: level($0, 1), blue: level($0, 2)) })
  }

  /// The picture in other numbers of pixels: each one the mean of what lies under it, or the nearest where it is
  /// enlarged.
  public func resized(width columns: Int, height rows: Int) -> Picture {
    guard columns > 0, rows > 0, width > 0, height > 0 else { return Picture(width: 0, height: 0, pixels: []) }
    func span(_ index: Int, _ count: Int, _ size: Int) -> Range<Int> {
      let first = index * size / count
      return first..<max(first + 1, (index + 1) * size / count)
    }
    var result: [PictureColor] = []
    result.reserveCapacity(columns * rows)
    for row in 0..<rows {
      let down = span(row, rows, height)
      for column in 0..<columns { result.append(mean(rows: down, columns: span(column, columns, width))) }
    }
    return Picture(width: columns, height: rows, pixels: result)
  }

  private func mean(rows: Range<Int>, columns: Range<Int>) -> PictureColor {
    var (red, green, blue) = (0, 0, 0)
    for row in rows {
      for column in columns {
        let pixel = pixels[row * width + column]
        red += Int(pixel.red)
        green += Int(pixel.green)
        blue += Int(pixel.blue)
      }
    }
    let count = rows.count * columns.count
    func level(_ sum: Int) -> UInt8 { UInt8((sum + count / 2) / count) }
    return PictureColor(red: level(red), green: level(green), blue: level(blue))
  }
}
