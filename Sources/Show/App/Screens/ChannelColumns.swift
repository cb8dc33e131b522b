import Figures
import Networks
import Terminal
import TerminalCharts

/// The columns of the list of channels: each with its text, and with the number that the list can be sorted by.
struct ChannelColumns: Sendable {
  /// A column.
  struct Entry: Sendable {
    let column: ListTable.Column
    /// What stands in a channel's row.
    let text: @Sendable (ChannelFigure) -> String
    /// What the list is sorted by, the largest first; nil for a column that has no order.
    let key: (@Sendable (ChannelFigure) -> Double?)?
  }

  /// From left to right.
  let entries: [Entry]

  /// The columns that an activation's channels have.
  ///
  /// - Parameters:
  ///   - activation: What the channels are of.
  ///   - viewport: The range of x of the small pictures.
  ///   - hasClasses: Whether images have classes.
  ///   - isWide: Whether slopes have their deviations.
  ///   - sorting: The title of the column that sorts, which stays where room is short.
  init(
    of activation: Activation, viewport: Viewport, hasClasses: Bool, isWide: Bool, sorting: String,
    capabilities: Capabilities
  ) {
    let kind = Self.text(
      Title.kind, width: FunctionKind.allCases.map(\.rawValue.count).max() ?? 0, rank: 0,
      key: { $0.kind.flatMap(FunctionKind.allCases.firstIndex).map { -Double($0) } }
    ) { $0.kind?.rawValue ?? NumberText.absent }
    let lines = activation.hasCoefficients ? activation.functions : 0
    let slopes = (0..<lines).map { Self.slope($0, isWide: isWide, plusMinus: capabilities.unicode ? " ± " : " +- ") }
    let isBent = lines > 1
    let sketch =
      lines > 0 && capabilities.unicode
      ? [Self.sketch(of: activation, viewport: viewport, columns: isWide ? 16 : 8)] : []
    let all =
      [Self.number(Title.channel, width: 7, rank: 0, key: { -Double($0.channel) }) { String($0.channel) }, kind]
      + slopes + (isBent ? [Self.slopeDifference, Self.firstSegment] : []) + [Self.positiveFromNegative]
      + (lines > 0 ? [Self.dynamic] : []) + (hasClasses && activation.isDynamic ? [Self.byClass] : []) + sketch
      + [Self.outputs(isSpare: lines > 0)]
    entries = all.map { $0.column.title == sorting ? $0.sorting : $0 }
  }

  /// The columns' titles: the words of the help, and of `channels.csv` where they are one word.
  enum Title {
    static let channel = "channel"
    static let kind = "function"
    static let firstSegment = "on a1"
    static let byClass = Measure.byClassTitle
    static let sketch = "f(x)"
    static let outputs = "outputs"
  }

  private static func number(
    _ title: String, width: Int, rank: Int, isSpare: Bool = false,
    key: (@Sendable (ChannelFigure) -> Double?)?, text: @escaping @Sendable (ChannelFigure) -> String
  ) -> Entry {
    Entry(
      column: ListTable.Column(title, width: width, rank: rank, isRightAligned: true, isSpare: isSpare), text: text,
      key: key)
  }

  private static func text(
    _ title: String, width: Int, rank: Int, key: (@Sendable (ChannelFigure) -> Double?)?,
    text: @escaping @Sendable (ChannelFigure) -> String
  ) -> Entry {
    Entry(column: ListTable.Column(title, width: width, rank: rank), text: text, key: key)
  }

  /// The mean of slope a_k, with its deviation over the images where there is room; from the third on, if there is room
  /// left.
  private static func slope(_ index: Int, isWide: Bool, plusMinus: String) -> Entry {
    number("a\(index + 1)", width: isWide ? 12 : 6, rank: 3, isSpare: index > 1, key: { $0.slope(index)?.mean }) {
      let slope = $0.slope(index)
      let mean = NumberText.fixed(slope?.mean, decimals: 2)
      guard isWide, let slope else { return mean }
      return mean + plusMinus + NumberText.fixed(slope.deviation, decimals: 2)
    }
  }

  private static let slopeDifference = number(
    Measure.slopeDifference.columnTitle, width: 7, rank: 1, key: { $0.slopeDifference?.mean }
  ) { NumberText.fixed($0.slopeDifference?.mean, decimals: 2) }

  private static let firstSegment = number(
    Title.firstSegment, width: 7, rank: 6, key: { $0.segmentShares.first }
  ) { NumberText.percent($0.segmentShares.first) }

  private static let positiveFromNegative = number(
    Measure.positiveFromNegative.columnTitle, width: 7, rank: 7, key: { $0.positiveFromNegative.share }
  ) { NumberText.percent($0.positiveFromNegative.share) }

  private static let dynamic = number(
    Measure.dynamicScore.columnTitle, width: 7, rank: 4, key: { $0.dynamicScore }
  ) { NumberText.fixed($0.dynamicScore, decimals: 3) }

  private static let byClass = number(
    Title.byClass, width: 8, rank: 5, key: { $0.byClass }
  ) { NumberText.fixed($0.byClass, decimals: 2) }

  private static func sketch(of activation: Activation, viewport: Viewport, columns: Int) -> Entry {
    let x = PlotRange(
      lower: viewport.centerX - viewport.halfRange, upper: viewport.centerX + viewport.halfRange)
    return text(Title.sketch, width: columns, rank: 2, key: nil) { figure in
      figure.meanFunction(of: activation).map { FunctionSketch.text($0, x: x, columns: columns) } ?? ""
    }
  }

  /// The smallest and the largest output.
  private static func outputs(isSpare: Bool) -> Entry {
    number(Title.outputs, width: 15, rank: 1, isSpare: isSpare, key: { $0.outputs?.upperBound }) {
      guard let outputs = $0.outputs else { return NumberText.absent }
      return NumberText.fixed(outputs.lowerBound, decimals: 2) + " … "
        + NumberText.fixed(outputs.upperBound, decimals: 2)
    }
  }
}

extension ChannelColumns.Entry {
  /// The column as the one that sorts: always there, with room for the mark.
  fileprivate var sorting: Self {
    var column = column
    column.width = max(column.width, column.title.count + 1)
    column.least = column.width
    column.isSorting = true
    column.rank = 0
    column.isSpare = false
    return Self(column: column, text: text, key: key)
  }
}

extension ChannelFigure {
  /// Mean and deviation of slope a_k; nil where there is none.
  fileprivate func slope(_ index: Int) -> MeanDeviation? { slopes.indices.contains(index) ? slopes[index] : nil }
}
