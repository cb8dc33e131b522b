import Networks

/// Makes bounds of sums, such as ReLU6 of x + 3, what the file says they are where they are part of no other
/// activation: hard sigmoids, as which they are found in those, have other outputs.
struct ShiftedBounds {
  let draft: GraphDraft

  /// Rewrites those of `names` that are still a number times a hard sigmoid that nothing else takes.
  func rewrite(_ names: Set<String>) {
    var uses: [String: Int] = [draft.output: 1]
    for name in draft.order { for input in draft[name].inputs { uses[input, default: 0] += 1 } }
    for name in draft.order where names.contains(name) {
      guard case .graph(.batchNormalization(let norm)) = draft[name].operation, let curve = draft[name].inputs.first,
        let activation = draft[curve].operation.activation, activation.coefficients == .curve(.hardSigmoid),
        activation.scales == nil, uses[curve] == 1, let high = draft.scaleAndShift(norm).scale.first
      else { continue }
      let node = draft[curve]
      draft[curve].origin.label += ".sum"
      let slopes = [Double](repeating: high / 6, count: node.shape.channels)
      let sum = draft.affine(slopes, slopes.map { _ in high / 2 }, label: draft.freeName("\(node.origin.label).sum"))
      draft[curve].operation = .graph(sum)
      draft[name].operation = .graph(
        .activation(
          .draft(functions: 2, .constant(slopes: [1, 0], intercepts: [0, 0]), upperBound: Float(high))))
    }
  }
}
