/// The screens that are open: at the bottom the one that is always there, on top the one on view.
package struct ScreenPath: Sendable, Equatable {
  private struct Entry: Sendable {
    /// Tells this opening of a screen from any other.
    let serial: Int
    var screen: any Screen
  }

  private var entries: [Entry]
  private var opened = 0

  init(_ root: any Screen) { entries = [Entry(serial: 0, screen: root)] }

  /// The screen on view.
  package var top: any Screen { entries[entries.count - 1].screen }

  /// What the screen on view lies over; the bottom lies over itself.
  package var covered: any Screen { entries[max(0, entries.count - 2)].screen }

  /// Opens a screen over the bottom, in place of what lay there.
  mutating func show(_ screen: any Screen) {
    home()
    lay(screen)
  }

  /// Lays a screen over the one on view.
  mutating func lay(_ screen: any Screen) {
    opened += 1
    entries.append(Entry(serial: opened, screen: screen))
  }

  /// Back to what the screen on view lies over.
  mutating func close() { if entries.count > 1 { entries.removeLast() } }

  /// Back to the bottom.
  mutating func home() { entries.removeSubrange(1...) }

  /// The serial number of the opening of the screen on view, for ``put(_:at:)``.
  var serial: Int { entries[entries.count - 1].serial }

  /// Gives an opened screen a new state, unless it was closed in between.
  mutating func put(_ screen: any Screen, at serial: Int) {
    guard let index = entries.firstIndex(where: { $0.serial == serial }) else { return }
    entries[index].screen = screen
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.entries.elementsEqual(right.entries) { $0.screen.equals($1.screen) }
  }
}
