import Networks
import Tensors
import Testing

@Suite struct GraphVariationsTests {
  private let input = FeatureShape(height: 16, width: 16, channels: 3)

  @Test("the static twin of a dynamic MobileNetV2 is the builder's ReLU network, for every variant")
  func mobileNet() throws {
    for variant in [DynamicReLUVariant.a, .b, .c] {
      let dynamic = MobileNetV2(width: 0.1, input: input, rectifier: .dynamic(DynamicReLU(variant: variant))).graph()
      let relu = MobileNetV2(width: 0.1, input: input, rectifier: .relu).graph()
      #expect(dynamic != relu && dynamic.staticTwin == relu)
      #expect(relu.staticTwin == relu)
    }
  }

  @Test("an output or a sum that read the identity reads what stood before it")
  func identities() throws {
    let place = SitePlace(block: 1, site: "A3")
    let identity = Operation.activation(
      DynamicReLU(functions: 1).activation(channels: 3, at: place, module: "act"))
    let graph = Graph(
      nodes: [
        Node(name: "input", operation: .input(input), inputs: []),
        Node(name: "act", operation: identity, inputs: ["input"]),
        Node(name: "sum", operation: .add, inputs: ["act", "input"]),
        Node(name: "last", operation: identity, inputs: ["sum"]),
      ], output: "last")
    let twin = graph.staticTwin
    #expect(twin.output == "sum" && twin.nodes.map(\.name) == ["input", "sum"])
    #expect(twin.nodes[1].inputs == ["input", "input"])
  }

  @Test("given coefficients go, with the nodes that compute them alone")
  func givenCoefficients() throws {
    let relu = Activation.relu(at: SitePlace(block: 1, site: "s"))
    let given = Activation(
      functions: 2, sharing: .perChannel, coefficients: .given, place: SitePlace(block: 2, site: "m"))
    let graph = Graph(
      nodes: [
        Node(name: "input", operation: .input(input), inputs: []),
        Node(name: "relu", operation: .activation(relu), inputs: ["input"]),
        Node(name: "pool", operation: .globalAveragePool, inputs: ["relu"]),
        Node(name: "hyper", operation: .linear(Linear(outFeatures: 12, weight: "w", bias: nil)), inputs: ["pool"]),
        Node(name: "act", operation: .activation(given), inputs: ["relu", "hyper"]),
      ], output: "act")
    _ = try GraphShapes(graph)
    let twin = graph.staticTwin
    #expect(twin.nodes.map(\.name) == ["input", "relu", "act"] && twin.nodes.last?.inputs == ["relu"])
    #expect(try GraphShapes(twin).output == input)
  }

  @Test("another size changes the input alone, and shapes follow")
  func resized() throws {
    let graph = MobileNetV2(width: 0.1, input: input).graph()
    let resized = graph.resized(to: Extent2D(height: 64, width: 32))
    #expect(resized.nodes.dropFirst() == graph.nodes.dropFirst())
    let shapes = try GraphShapes(resized)
    #expect(shapes.input == FeatureShape(height: 64, width: 32, channels: 3))
    #expect(shapes.output == (try GraphShapes(graph)).output)
  }
}
