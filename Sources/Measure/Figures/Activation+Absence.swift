import Networks

extension Activation {
  /// Why there are no slopes to compare: a curve, Maxout, K 1; nil where there are some.
  public var slopeDifferenceAbsence: String? {
    if isCurve { return "a curve" }
    if !hasCoefficients { return "Maxout" }
    return functions < 2 ? "K 1" : nil
  }
}
