#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The softmax of logits in double precision.
public enum Softmax {
  /// The logarithm of each class' probability; NaN for all where a logit is NaN.
  public static func logarithms(_ logits: some Collection<Float>) -> [Double] {
    let highest = logits.reduce(-Double.infinity) { max($0, Double($1)) }
    let distances = logits.map { Double($0) - highest }
    let logarithm = log(distances.reduce(0) { $0 + exp($1) })
    return distances.map { $0 - logarithm }
  }

  /// Each class' probability.
  public static func probabilities(_ logits: some Collection<Float>) -> [Double] { logarithms(logits).map { exp($0) } }

  /// Minus the logarithm of the true class' probability: the cross-entropy that training lowers, without smoothing.
  public static func crossEntropy(_ logits: some Collection<Float>, label: Int) -> Double { -logarithms(logits)[label] }
}
