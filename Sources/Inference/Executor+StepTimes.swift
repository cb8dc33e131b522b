import Networks
import Tensors

extension Plan {
  /// The steps in the order in which they run: the node that each computes (the first of them, where several are fused), and how.
  package var stepNames: [(node: String, operation: String)] {
    steps.map { ($0.node, details(of: $0).operation) }
  }
}

extension Executor {
  /// Runs one image like ``run(_:image:observer:)`` and appends each step's time to the step's list in `times`.
  package func timeSteps(
    _ input: TensorSlice, image: ImageIdentity, observer: (any ActivationObserver)? = nil, times: inout [[Duration]]
  ) {
    precondition(times.count == plan.steps.count, "one list for each step")
    var index = 0
    var start = ContinuousClock.now
    forEachStep(input, image: image, observer: observer) {
      let end = ContinuousClock.now
      times[index].append(end - start)
      index += 1
      start = end
    }
  }
}
