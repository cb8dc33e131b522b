/// A height and a width.
public struct Extent2D: Sendable, Hashable, Codable {
  /// Vertical extent.
  public var height: Int
  /// Horizontal extent.
  public var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// A square extent.
  public init(_ side: Int) { self.init(height: side, width: side) }
}

/// Rows and columns added around a map.
public struct Padding: Sendable, Hashable, Codable {
  /// Rows above.
  public var top: Int
  /// Columns to the left.
  public var left: Int
  /// Rows below.
  public var bottom: Int
  /// Columns to the right.
  public var right: Int

  package init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  /// The same padding on all four sides.
  public init(_ side: Int) { self.init(top: side, left: side, bottom: side, right: side) }
}
