import Figures

/// Sizes and colours of a sheet: type of 7 to 9 points up to a width of 200 mm, larger in proportion on a larger one.
struct SheetStyle {
  let theme: DrawingTheme
  /// The sheet's width.
  let width: Double
  /// Millimetres to a unit of this file's sizes.
  let scale: Double

  init(theme: DrawingTheme, width: Double) {
    self.theme = theme
    self.width = width
    scale = max(1, width / 200)
  }

  private static let point = 25.4 / 72

  /// Headings of panes and bars.
  var headingSize: Double { 8.5 * Self.point * scale }
  /// Names of axes, words in keys.
  var labelSize: Double { 8 * Self.point * scale }
  /// Numbers at ticks.
  var tickSize: Double { 7 * Self.point * scale }
  /// The facts below.
  var factSize: Double { 7.5 * Self.point * scale }
  /// Around everything.
  var margin: Double { 1.5 * scale }
  /// Between things that do not belong together.
  var gap: Double { 2.2 * scale }
  /// A tick's length.
  var tick: Double { 0.8 * scale }

  var axis: Drawing.Stroke { Drawing.Stroke(theme.ink, width: 0.2 * scale) }
  var guide: Drawing.Stroke { Drawing.Stroke(theme.guide, width: 0.15 * scale) }
  var diagonal: Drawing.Stroke { Drawing.Stroke(theme.diagonal, width: 0.18 * scale) }
  var whisker: Drawing.Stroke { Drawing.Stroke(theme.ink, width: 0.25 * scale) }

  /// How far below the middle of a line of type its base line is.
  func middle(_ size: Double) -> Double { 0.36 * size }

  func tickWidth(_ label: String) -> Double { TextWidth.of(label, size: tickSize) }
}

/// The labels of a horizontal axis that have room.
struct AxisLabels {
  /// A place along the axis, and what stands there.
  typealias Mark = (place: Double, label: String)

  /// Those that stand.
  let shown: [Mark]

  /// Every label where all have room beside each other, else every second, third and so on; those that stand out by
  /// more than the overhangs on either side are left out.
  init(_ marks: [Mark], from left: Double, to right: Double, overhang: (left: Double, right: Double), style: SheetStyle)
  {
    let marks = marks.filter { mark in
      let half = style.tickWidth(mark.label) / 2
      return !mark.label.isEmpty && mark.place - half >= left - overhang.left
        && mark.place + half <= right + overhang.right
    }
    func haveRoom(_ marks: [Mark]) -> Bool {
      zip(marks, marks.dropFirst()).allSatisfy { one, next in
        let needed = (style.tickWidth(one.label) + style.tickWidth(next.label)) / 2 + 0.25 * style.tickSize
        return next.place - one.place >= needed
      }
    }
    let choices = (1...max(1, marks.count)).lazy.flatMap { step in
      (0..<step).lazy.map { first in stride(from: first, to: marks.count, by: step).map { marks[$0] } }
    }
    shown = choices.first(where: haveRoom) ?? []
  }
}

extension PlotRange {
  /// How far along a length a value is.
  func place(_ value: Double, over length: Double) -> Double { (value - lower) / self.length * length }

  /// Ticks for a length: five, or three where five labels beside each other have no room.
  func ticks(over length: Double, style: SheetStyle) -> AxisTicks {
    let four = AxisTicks(self, count: 4)
    let needed = four.labels.reduce(0) { $0 + style.tickWidth($1) + 0.6 * style.tickSize }
    return needed > length ? AxisTicks(self, count: 2) : four
  }
}
