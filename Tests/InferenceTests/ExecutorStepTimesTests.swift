import Inference
import Kernels
import Networks
import Tensors
import Testing

@Suite struct ExecutorStepTimesTests {
  @Test("every step is timed once for each batch, and observers see every image of it")
  func steps() throws {
    let network = MobileNetV2(width: 0.1, input: FeatureShape(height: 9, width: 8, channels: 3), classes: 2)
    let graph = network.graph()
    let plan = try Plan(graph, weights: try randomWeights(graph, seed: 1), kernels: .best)
    var generator = SeededGenerator(seed: 2)
    let input = generator.image(plan.input)
    let image = ImageIdentity(ordinal: 0, key: 0)
    let observer = CountingObserver()
    let executor = Executor(plan)
    let logits = executor.run(input, image: image).array
    var times = [[Duration]](repeating: [], count: plan.stepNames.count)
    executor.timeSteps(input, image: image, observer: observer, times: &times)
    executor.timeSteps(input, image: image, times: &times)
    #expect(times.allSatisfy { $0.count == 2 && $0.allSatisfy { $0 >= .zero } })
    #expect(observer.images == plan.batchSize * plan.sites.count)
    #expect(plan.stepNames.last?.nodes == [graph.output] && plan.stepNames.allSatisfy { !$0.operation.isEmpty })
    #expect(executor.run(input, image: image).array == logits)
  }
}

/// Counts how often coefficients are shown.
private final class CountingObserver: ActivationObserver {
  private(set) var images = 0

  func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection { .none }
  func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) { images += 1 }
  func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {}
}
