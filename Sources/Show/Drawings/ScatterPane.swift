import Figures
import Networks
import Statistics

/// One scatter of a figure as it will be drawn: which part of the plane, its pixels, and what lies over them.
package struct ScatterPane: Sendable, Equatable {
  /// What it is of.
  package var site: ActivationSite
  /// Whose pairs they are, where a figure has those of two.
  package var run: String?
  /// What both axes show: -2^e to 2^e.
  package var range: PlotRange
  /// Its pixels.
  package var picture: DensityPicture
  /// What their levels mean.
  package var ramp: PictureRamp
  /// Functions whose graphs lie over it.
  package var curves: [Curve] = []
  /// What is to be said in the place of pairs; nil where there are some.
  package var absence: String?

  /// A function's graph.
  package struct Curve: Sendable, Equatable {
    package var channel: Int
    package var function: PiecewiseLinear
    package var kind: FunctionKind?
  }

  package init(
    site: ActivationSite, run: String? = nil, range: PlotRange, picture: DensityPicture, ramp: PictureRamp,
    absence: String? = nil
  ) {
    self.site = site
    self.run = run
    self.range = range
    self.picture = picture
    self.ramp = ramp
    self.absence = absence
  }
}

extension ScatterPane {
  /// The scatter of one site, on the range that holds all but its outermost pairs.
  ///
  /// - Parameters:
  ///   - most: Pixels along an axis at most, a power of two.
  ///   - ramp: `.grey` where something else is to stand out.
  package init(
    _ site: ActivationSite, _ grid: DensityGrid?, scale: DensityScale, most: Int, ramp: PictureRamp = .density
  ) {
    let frame = PaneFrame([grid], most: most)
    self.init(
      site: site, range: frame.range,
      picture: DensityPicture(
        grid, x: frame.range, y: frame.range, columns: frame.columns, rows: frame.rows, scale: scale),
      ramp: ramp, absence: Self.absence([grid]))
  }

  /// Two sites' scatters on one range and with levels that mean the same, then what the second has more or less of.
  package static func compared(
    _ site: ActivationSite, _ first: (name: String, grid: DensityGrid?), _ second: (name: String, grid: DensityGrid?),
    scale: DensityScale, most: Int
  ) -> [ScatterPane] {
    let frame = PaneFrame([first.grid, second.grid], most: most)
    let range = frame.range
    func picture(_ grid: DensityGrid?, beside other: DensityGrid?) -> DensityPicture {
      guard let other else {
        return DensityPicture(grid, x: range, y: range, columns: frame.columns, rows: frame.rows, scale: scale)
      }
      return DensityPicture(
        grid, beside: other, x: range, y: range, columns: frame.columns, rows: frame.rows, scale: scale)
    }
    let difference = DensityPicture(
      second.grid, minus: first.grid, x: range, y: range, columns: frame.columns, rows: frame.rows)
    return [
      ScatterPane(
        site: site, run: first.name, range: range, picture: picture(first.grid, beside: second.grid), ramp: .density,
        absence: absence([first.grid])),
      ScatterPane(
        site: site, run: second.name, range: range, picture: picture(second.grid, beside: first.grid), ramp: .density,
        absence: absence([second.grid])),
      ScatterPane(
        site: site, run: "difference", range: range, picture: difference, ramp: .difference,
        absence: absence([first.grid, second.grid])),
    ]
  }

  private static func absence(_ grids: [DensityGrid?]) -> String? {
    grids.contains { ($0?.total ?? 0) == 0 } ? "no pairs" : nil
  }

  /// The plane's part and pixels that hold some densities.
  private struct PaneFrame {
    var range: PlotRange
    var columns: Int
    var rows: Int

    /// Pixels are whole numbers of bins of every grid, at least one and a power of two, so each bin's pairs lie on one
    /// pixel and nothing is smoothed or split.
    init(_ grids: [DensityGrid?], most: Int) {
      let grids = grids.compactMap { $0 }
      let exponent = grids.compactMap { Viewport.fitting($0)?.exponent }.max() ?? 0
      func pixels(_ exponents: [Int]) -> Int {
        // An axis of half range 2^e has bins of 2^(e - 8); the coarsest grid decides.
        let bins = exponents.max().map { 1 << min(max(exponent - $0 + 9, 1), 20) } ?? 2
        return min(bins, most)
      }
      let half = Double(sign: .plus, exponent: exponent, significand: 1)
      range = PlotRange(lower: -half, upper: half)
      columns = pixels(grids.map(\.xExponent))
      rows = pixels(grids.map(\.yExponent))
    }
  }
}

extension ScatterPane.Curve {
  /// The graph inside a square of the plane, each piece from corner to corner of the function: exact, not sampled.
  package func pieces(in range: PlotRange) -> [[(x: Double, y: Double)]] {
    let inner = function.bends.filter { $0 > range.lower && $0 < range.upper }
    let knots = ([range.lower] + inner + [range.upper]).sorted()
    var pieces: [[(x: Double, y: Double)]] = []
    for (left, right) in zip(knots, knots.dropFirst()) where left < right {
      // At a jump (a PReLU of lines with intercepts) the ends are those of this side.
      let middle = function.line(at: (left + right) / 2)
      guard let part = Self.part(middle, left, right, range) else { continue }
      if let last = pieces.last?.last, last == part[0] {
        pieces[pieces.count - 1].append(part[1])
      } else {
        pieces.append(part)
      }
    }
    return pieces
  }

  /// What of a line over an interval lies within the square; nil where nothing does.
  private static func part(
    _ line: (slope: Double, intercept: Double), _ left: Double, _ right: Double, _ range: PlotRange
  ) -> [(x: Double, y: Double)]? {
    var (left, right) = (left, right)
    guard line.slope.isFinite, line.intercept.isFinite else { return nil }
    if line.slope == 0 {
      guard range.lower...range.upper ~= line.intercept else { return nil }
    } else {
      let ends = [(range.lower - line.intercept) / line.slope, (range.upper - line.intercept) / line.slope].sorted()
      (left, right) = (max(left, ends[0]), min(right, ends[1]))
      guard left < right else { return nil }
    }
    return [left, right].map { ($0, min(max(line.slope * $0 + line.intercept, range.lower), range.upper)) }
  }
}
