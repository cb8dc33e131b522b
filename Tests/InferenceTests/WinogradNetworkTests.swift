import Inference
import KernelInterface
import Kernels
import Networks
import Tensors
import Testing

/// Networks whose 3x3 convolutions have channels enough for fewer multiplications.
@Suite struct WinogradNetworkTests {
  private typealias Nodes = [(String, Networks.Operation, [String])]

  private static func convolution(_ channels: Int, _ weight: String) -> Networks.Operation {
    .convolution(
      Convolution(
        outChannels: channels, kernel: Extent2D(3), padding: Padding(1), weight: weight, bias: weight + "b"))
  }

  private static func activation(_ site: String) -> Networks.Operation {
    .activation(
      DynamicReLU(reduction: 4).activation(channels: 40, at: SitePlace(block: 1, site: site), module: site))
  }

  /// A residual block with Dynamic ReLU.
  private static let nodes: Nodes = [
    ("one", convolution(40, "w1"), ["input"]), ("act", activation("A1"), ["one"]),
    ("two", convolution(40, "w2"), ["act"]), ("again", activation("A2"), ["two"]), ("sum", .add, ["again", "act"]),
  ]

  private func plan(_ shape: FeatureShape, _ table: KernelTable) throws -> Plan {
    let graph = Graph(
      nodes: [Node(name: "input", operation: .input(shape), inputs: [])]
        + Self.nodes.map { Node(name: $0.0, operation: $0.1, inputs: $0.2) }, output: "sum")
    return try Plan(graph, weights: try randomWeights(graph, seed: 3), kernels: table)
  }

  @Test("they equal the reference, watched and not", arguments: [(9, 10), (7, 7), (9, 3)])
  func equalsReference(height: Int, width: Int) throws {
    let shape = FeatureShape(height: height, width: width, channels: 32)
    let operations = try plan(shape, .best).stepNames.map(\.operation)
    #expect(operations.contains { $0.contains("Winograd") } == (width > 3), "\(operations)")
    try expectEqualToReference(shape, Self.nodes, "\(height)x\(width)")
  }

  @Test(
    "images that nobody watches give together what each gives alone, bit for bit", arguments: InstructionSet.available)
  func together(instructionSet: InstructionSet) throws {
    let shape = FeatureShape(height: 7, width: 7, channels: 32)
    let plan = try plan(shape, try #require(KernelTable.table(for: instructionSet)))
    var generator = SeededGenerator(seed: 2)
    let images = (0..<plan.batchSize).map { _ in generator.image(shape) }
    let identities = images.indices.map { ImageIdentity(ordinal: $0, key: UInt64($0)) }
    let alone = zip(images, identities).map { Executor(plan).run($0, image: $1).array.map(\.bitPattern) }
    #expect(plan.batchSize > 1 && Set(alone).count == images.count)
    let executor = Executor(plan)
    for (image, identity) in zip(images, identities) { executor.begin(image, image: identity) }
    executor.finish { image, result in #expect(result.array.map(\.bitPattern) == alone[image.ordinal]) }
  }
}
