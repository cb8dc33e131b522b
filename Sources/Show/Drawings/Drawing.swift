/// A figure as lines, boxes, text and pictures on a sheet: what every kind of file renders.
///
/// Lengths are in millimetres, x to the right and y downwards from the upper left corner. Pure data: equal runs give
/// equal drawings, and a drawing gives the same bytes wherever it is written.
public struct Drawing: Sendable, Equatable {
  /// The sheet's width.
  public var width: Double
  /// The sheet's height.
  public var height: Double
  /// What the figure is, in one line.
  public var title: String
  /// What it is of, sentence by sentence: what stands below it as text.
  public var description: String
  /// The sheet's colour.
  public var ground: DrawingColor
  /// What lies on it; later items lie over earlier ones.
  public var items: [Item]

  /// One part of a drawing.
  public indirect enum Item: Sendable, Equatable {
    /// Straight lines.
    case line(Line)
    /// A rectangle.
    case box(Box)
    /// A line of text.
    case text(Text)
    /// Pixels.
    case picture(Picture)
    /// Parts that belong together, with what they are called.
    case group(String, [Item])
  }

  package init(
    width: Double, height: Double, title: String, description: String, ground: DrawingColor, items: [Item]
  ) {
    self.width = width
    self.height = height
    self.title = title
    self.description = description
    self.ground = ground
    self.items = items
  }
}

extension Drawing {
  /// A place on the sheet.
  public struct Point: Sendable, Equatable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  /// A rectangle on the sheet.
  public struct Frame: Sendable, Equatable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
      (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    package var right: Double { x + width }
    package var bottom: Double { y + height }
    package var centerX: Double { x + width / 2 }
    package var centerY: Double { y + height / 2 }
  }

  /// How a line is drawn.
  public struct Stroke: Sendable, Equatable {
    package var color: DrawingColor
    /// Millimetres across.
    package var width: Double
    /// 0...1; 1 covers what lies below.
    package var opacity: Double

    package init(_ color: DrawingColor, width: Double, opacity: Double = 1) {
      (self.color, self.width, self.opacity) = (color, width, opacity)
    }
  }

  /// Straight lines from point to point, in pieces that do not meet.
  public struct Line: Sendable, Equatable {
    package var pieces: [[Point]]
    package var stroke: Stroke

    package init(_ pieces: [[Point]], _ stroke: Stroke) { (self.pieces, self.stroke) = (pieces, stroke) }
    package init(_ from: Point, _ to: Point, _ stroke: Stroke) { self.init([[from, to]], stroke) }
  }

  /// A rectangle with a colour, an edge, or both.
  public struct Box: Sendable, Equatable {
    package var frame: Frame
    package var fill: DrawingColor?
    package var edge: Stroke?

    package init(_ frame: Frame, fill: DrawingColor? = nil, edge: Stroke? = nil) {
      (self.frame, self.fill, self.edge) = (frame, fill, edge)
    }
  }

  /// A line of text.
  public struct Text: Sendable, Equatable {
    /// Which part of it stands at its place.
    package enum Anchor: String, Sendable { case start, middle, end }

    package var text: String
    /// On the base line.
    package var place: Point
    package var anchor: Anchor
    /// The type's size.
    package var size: Double
    package var isBold: Bool
    package var color: DrawingColor
    /// Whether it runs upwards instead of to the right.
    package var runsUpwards: Bool

    package init(
      _ text: String, at place: Point, _ anchor: Anchor = .start, size: Double, isBold: Bool = false,
      color: DrawingColor, runsUpwards: Bool = false
    ) {
      self.text = text
      self.place = place
      self.anchor = anchor
      self.size = size
      self.isBold = isBold
      self.color = color
      self.runsUpwards = runsUpwards
    }
  }

  /// Pixels of a few colours over a rectangle, each a sharp rectangle itself.
  public struct Picture: Sendable, Equatable {
    package var frame: Frame
    /// Pixels beside each other.
    package var columns: Int
    /// Pixels above each other.
    package var rows: Int
    /// Places in ``palette``, row by row from the top.
    package var pixels: [UInt8]
    /// 16 colours at most.
    package var palette: [DrawingColor]

    package init(_ frame: Frame, columns: Int, rows: Int, pixels: [UInt8], palette: [DrawingColor]) {
      precondition(pixels.count == columns * rows && (1...16).contains(palette.count), "a picture has all its pixels")
      precondition(pixels.allSatisfy { $0 < palette.count }, "pixels have colours")
      self.frame = frame
      self.columns = columns
      self.rows = rows
      self.pixels = pixels
      self.palette = palette
    }
  }
}

/// A colour in sRGB.
public struct DrawingColor: Sendable, Equatable, Hashable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  /// A colour as 0xRRGGBB.
  package init(_ hexadecimal: UInt32) {
    red = UInt8(truncatingIfNeeded: hexadecimal >> 16)
    green = UInt8(truncatingIfNeeded: hexadecimal >> 8)
    blue = UInt8(truncatingIfNeeded: hexadecimal)
  }

  /// `#1f77b4`.
  package var hexadecimal: String {
    "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
