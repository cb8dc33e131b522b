import Networks
import Tensors

extension Plan {
  /// The steps in the order in which they run: the nodes that each computes, and how.
  package var stepNames: [(nodes: [String], operation: String)] {
    steps.map { ($0.nodes, $0.title) }
  }
}

extension Executor {
  /// Takes a full batch, the same image again and again, through the network and appends each step's time for one image
  /// to the step's list in `times`.
  package func timeSteps(
    _ input: TensorSlice, image: ImageIdentity, observer: (any ActivationObserver)? = nil, times: inout [[Duration]]
  ) {
    precondition(times.count == plan.steps.count, "one list for each step")
    var totals = [Duration](repeating: .zero, count: plan.steps.count)
    var start = ContinuousClock.now
    func finished(_ step: Int) {
      let end = ContinuousClock.now
      totals[step] += end - start
      start = end
    }
    while !isFull { begin(input, image: image, observer: observer, finished: finished) }
    finish(observer: observer, finished: finished)
    for (step, total) in totals.enumerated() { times[step].append(total / plan.batchSize) }
  }
}
