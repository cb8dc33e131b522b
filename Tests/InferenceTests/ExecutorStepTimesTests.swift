import Inference
import Kernels
import Networks
import Tensors
import Testing

@Suite struct ExecutorStepTimesTests {
  @Test("every step is timed, and observers see what they see otherwise")
  func steps() throws {
    let network = MobileNetV2(width: 0.1, input: FeatureShape(height: 9, width: 8, channels: 3), classes: 2)
    let graph = network.graph()
    let plan = try Plan(graph, weights: try randomWeights(graph, seed: 1), kernels: .best)
    var generator = SeededGenerator(seed: 2)
    let input = generator.image(plan.input)
    let image = ImageIdentity(ordinal: 0, key: 0)
    let (timed, plain) = (TapRecorder(), TapRecorder())
    let executor = Executor(plan)
    let logits = executor.run(input, image: image, observer: plain).array
    var times = [[Duration]](repeating: [], count: plan.stepNames.count)
    executor.timeSteps(input, image: image, observer: timed, times: &times)
    executor.timeSteps(input, image: image, times: &times)
    #expect(times.allSatisfy { $0.count == 2 && $0.allSatisfy { $0 >= .zero } })
    #expect(timed.taps == plain.taps)
    #expect(plan.stepNames.last?.nodes == [graph.output] && plan.stepNames.allSatisfy { !$0.operation.isEmpty })
    #expect(executor.run(input, image: image).array == logits)
  }
}
