import Functions
import Networks
import Statistics

extension ImageFinding {
  /// `functions`: the image's slopes and intercepts at every site, a row for each channel and linear function.
  public func functionsTable(of sites: [ActivationSite]) -> Table {
    var table = Table(
      name: "functions", columns: ["block", "site", "node", "channel", "segment", "slope", "intercept"])
    for (site, functions) in zip(sites, functions) {
      let isShared = site.activation.sharing == .allChannels
      for channel in 0..<functions.channels {
        for segment in 0..<functions.segments {
          table.append(
            site.nameCells + [
              isShared ? .absent : .integer(channel), .integer(segment + 1),
              .number(Double(functions.slope(segment: segment, channel: channel))),
              .number(Double(functions.intercept(segment: segment, channel: channel))),
            ])
        }
      }
    }
    return table
  }

  /// The classes with the largest logits and their probabilities by softmax, the largest first; none where a logit is
  /// NaN.
  public func best(_ count: Int) -> [(index: Int, probability: Double)] {
    let logits = logits.floats
    guard !logits.contains(where: \.isNaN) else { return [] }
    let order = logits.indices.sorted { logits[$0] > logits[$1] || logits[$0] == logits[$1] && $0 < $1 }
    let probabilities = Softmax.probabilities(logits)
    return order.prefix(count).map { ($0, probabilities[$0]) }
  }
}
