/// What a mouse did, and over which cell.
public struct MouseEvent: Sendable, Hashable {
  /// What it did.
  public enum Kind: Sendable, Hashable {
    /// The first button went down.
    case press
    /// The wheel turned away from the user.
    case wheelUp
    /// The wheel turned to the user.
    case wheelDown
  }

  /// What it did.
  public var kind: Kind
  /// The cell's column, from 0.
  public var x: Int
  /// The cell's row, from 0.
  public var y: Int

  /// An event.
  package init(_ kind: Kind, x: Int, y: Int) { (self.kind, self.x, self.y) = (kind, x, y) }
}
