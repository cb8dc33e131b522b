import Inference
import KernelInterface
import Kernels
import Networks
import Tensors
import Testing

/// Runs nodes on every instruction set, watched and not, and compares the output and all taps with the reference's.
func expectEqualToReference(
  _ shape: FeatureShape, _ nodes: [(String, Networks.Operation, [String])], _ comment: Comment = ""
) throws {
  let image = ImageIdentity(ordinal: 0, key: 0)
  let graph = Graph(
    nodes: [Node(name: "input", operation: .input(shape), inputs: [])]
      + nodes.map { Node(name: $0.0, operation: $0.1, inputs: $0.2) }, output: nodes[nodes.count - 1].0)
  let weights = try randomWeights(graph, seed: 4)
  var generator = SeededGenerator(seed: 5)
  let reference = try ReferenceExecutor(graph, weights: weights)
  let input = generator.image(shape)
  let expected = TapRecorder()
  let output = try #require(reference.values(of: input, image: image, observer: expected)[graph.output])
  for instructionSet in InstructionSet.available {
    let plan = try Plan(graph, weights: weights, kernels: try #require(KernelTable.table(for: instructionSet)))
    let executor = Executor(plan)
    for observer in [TapRecorder(), nil] {
      let found = executor.run(input, image: image, observer: observer)
      let values =
        output.shape.positions == 1
        ? found.array : ReferenceMap(found, shape: output.shape).values.map { Float($0) }
      #expect(relativeError(values, output.values.map { Float($0) }) <= 1e-5, comment)
      guard let observer else { continue }
      #expect(observer.calls == expected.calls, comment)
      for (name, tap) in expected.taps {
        #expect(relativeError(observer.taps[name] ?? [], tap) <= 1e-5, "\(comment) \(instructionSet) \(name)")
      }
    }
  }
}
