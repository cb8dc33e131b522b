import Terminal

/// Where the panes lie on a screen of a size, and what they have room for.
///
/// The picture takes the room. Where it gets short, these give way in this order: the panel's secondary rows, axis
/// labels, frames, whiskers, the panel.
package struct ScreenLayout: Sendable {
  /// One line on what is shown.
  let title: CellRect
  /// The scatter or the overview, with its frame if it has one.
  let picture: CellRect
  /// The numbers beside the scatter, with their frame if they have one; empty where there is no room.
  let panel: CellRect
  /// The bars, with their frame if they have one.
  let bars: CellRect
  /// One line on how far the run is.
  let status: CellRect
  /// One line of keys.
  let keys: CellRect
  /// Whether panes have frames.
  let isFramed: Bool
  /// Whether there is room for whole words.
  let isWide: Bool
  let showsXAxis: Bool
  let showsYLabels: Bool
  let showsBarAxis: Bool
  let showsWhiskers: Bool

  /// The layout of a size, with a panel beside the picture and bars below it unless told.
  init(_ size: CellSize, hasPanel: Bool = true, hasBars: Bool = true) {
    var rest = CellRect(x: 0, y: 0, width: size.columns, height: size.rows)
    isWide = size.columns >= 110
    isFramed = size.columns >= 64 && size.rows >= 18
    title = rest.takeTop(1)
    keys = rest.takeBottom(1)
    status = rest.takeBottom(1)
    let barRows = hasBars ? Self.barRows(rows: size.rows, hasPanel: hasPanel) : 0
    bars = rest.takeBottom(barRows == 0 ? 0 : barRows + (isFramed ? 2 : 0))
    showsBarAxis = barRows > 2
    showsWhiskers = barRows > 3
    let panelWidth = isWide ? 38 : size.columns >= 64 ? 25 : 0
    panel = rest.takeRight(hasPanel ? panelWidth : 0)
    picture = rest
    showsXAxis = size.rows >= 28 && size.columns >= 60
    showsYLabels = size.rows >= 14 && size.columns >= 56
  }

  private static func barRows(rows: Int, hasPanel: Bool) -> Int {
    switch rows {
    case 50...: 10
    case 34...: 7
    case 22...: hasPanel ? 5 : 0
    case 16...: hasPanel ? 3 : 0
    default: hasPanel ? 2 : 0
    }
  }

  /// The layout of a picture that takes all, without title, state and keys.
  init(whole size: CellSize) {
    picture = CellRect(x: 0, y: 0, width: size.columns, height: size.rows)
    let none = CellRect(x: 0, y: 0, width: 0, height: 0)
    (title, panel, bars, status, keys) = (none, none, none, none, none)
    (isFramed, isWide) = (false, false)
    (showsXAxis, showsYLabels, showsBarAxis, showsWhiskers) = (false, false, false, false)
  }
}
