/// The positions of a site's map of which an observer wants x and y, with all their channels: none, all, or a lattice.
public struct PositionSelection: Sendable, Equatable {
  /// The first row-major position, 0 ..< step.
  public let first: Int
  /// Positions from one wanted position to the next; 0 when none is wanted.
  public let step: Int

  private init(first: Int, step: Int) {
    self.first = first
    self.step = step
  }

  /// No position.
  public static let none = PositionSelection(first: 0, step: 0)
  /// Every position.
  public static let all = PositionSelection(first: 0, step: 1)

  /// The positions `first`, `first + step`, `first + 2 * step` and so on up to the map's end.
  public static func lattice(first: Int, step: Int) -> PositionSelection {
    precondition(step > 0 && (0..<step).contains(first), "a lattice starts within its first step")
    return PositionSelection(first: first, step: step)
  }

  /// Whether no position is wanted.
  public var isNone: Bool { step == 0 }

  /// How many of a map's positions are wanted.
  public func count(of positions: Int) -> Int {
    isNone || first >= positions ? 0 : (positions - first - 1) / step + 1
  }

  /// Those rows of a sample that hold wanted positions: every `step`-th from `first`; nil when there are none.
  public func rows(of sample: ActivationSample) -> (first: Int, step: Int, count: Int)? {
    guard !isNone else { return nil }
    let rowStep = step / Self.greatestCommonDivisor(step, sample.positionStep)
    // Rows `rowStep` apart differ by a multiple of `step` positions, so one of the first `rowStep` rows is wanted or
    // none is.
    let row = (0..<min(rowStep, sample.count)).first { row in
      (sample.firstPosition + row * sample.positionStep) % step == first
    }
    guard let row else { return nil }
    return (row, rowStep, (sample.count - row - 1) / rowStep + 1)
  }

  private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
    right == 0 ? left : greatestCommonDivisor(right, left % right)
  }
}
