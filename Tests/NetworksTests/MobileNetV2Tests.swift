import Networks
import Tensors
import Testing

@Suite struct MobileNetV2Tests {
  private func shapes(_ network: MobileNetV2) throws -> GraphShapes { try GraphShapes(network.graph()) }

  @Test("the network of width 1 has the shapes of the paper's Table 2")
  func shapesAtWidthOne() throws {
    let shapes = try shapes(MobileNetV2()).shapes
    let expected: [String: (side: Int, channels: Int)] = [
      "stem.act": (112, 32), "blocks.0.project.act": (112, 16), "blocks.1.expand.act": (112, 96),
      "blocks.1.depthwise.act": (56, 96), "blocks.2.add": (56, 24), "blocks.5.add": (28, 32),
      "blocks.9.add": (14, 64), "blocks.12.add": (14, 96), "blocks.15.add": (7, 160),
      "blocks.16.depthwise.act": (7, 960), "blocks.16.project.act": (7, 320), "head.act": (7, 1280),
      "pool": (1, 1280), "classifier": (1, 1000),
    ]
    for (node, shape) in expected {
      #expect(
        shapes[node] == FeatureShape(height: shape.side, width: shape.side, channels: shape.channels), "\(node)")
    }
  }

  @Test("channels are rounded to multiples of 8, never below 90 %")
  func channelRounding() throws {
    let shapes = try shapes(MobileNetV2(width: 0.35)).shapes
    #expect(shapes["stem.act"]?.channels == 16)  // 11.2 would be 8, too few
    #expect(shapes["blocks.0.project.act"]?.channels == 8)
    #expect(shapes["blocks.10.expand.act"]?.channels == 144)
    #expect(shapes["blocks.16.project.act"]?.channels == 112)
    #expect(shapes["head.act"]?.channels == 1280)
  }

  @Test("odd sizes and other strides give the shapes of a padded 3x3 convolution: half, rounded up")
  func oddSizes() throws {
    let network = MobileNetV2(
      width: 0.35, input: FeatureShape(height: 33, width: 31, channels: 1), classes: 10, stemStride: 1,
      stageStrides: [1, 2, 2, 2, 1, 2, 1])
    let shapes = try shapes(network)
    #expect(shapes.shapes["stem.act"].map { [$0.height, $0.width] } == [33, 31])
    #expect(shapes.shapes["blocks.1.depthwise.act"].map { [$0.height, $0.width] } == [17, 16])
    #expect(shapes.shapes["head.act"].map { [$0.height, $0.width] } == [3, 2])
    #expect(shapes.output == FeatureShape(height: 1, width: 1, channels: 10))
  }

  @Test("17 blocks have 3 sites each but for the first, which is not expanded; stem and last stand around them")
  func sites() throws {
    let sites = try shapes(MobileNetV2(width: 0.35)).sites
    #expect(sites.count == 1 + 2 + 16 * 3 + 1)
    #expect(sites.map(\.id) == Array(0..<sites.count))
    #expect(sites.first?.place == SitePlace(block: 0, site: "stem"))
    #expect(sites.last?.place == SitePlace(block: 18, site: "last"))
    #expect(sites.filter { $0.place.site == "A2" }.map(\.place.block) == Array(1...17))
    #expect(sites.filter { $0.place.site == "A1" }.map(\.place.block) == Array(2...17))
    #expect(sites.filter { $0.place.site == "A3" }.allSatisfy { $0.activation.functions == 1 })
    #expect(sites.first { $0.place == SitePlace(block: 5, site: "A2") }?.node == "blocks.4.depthwise.act")
  }

  @Test("the static network has no activation after the projection, and ReLU6 is bounded")
  func staticNetworks() throws {
    for (rectifier, bound) in [(MobileNetV2.Rectifier.relu, Float?.none), (.relu6, 6)] {
      let sites = try shapes(MobileNetV2(rectifier: rectifier)).sites
      #expect(sites.count == 1 + 1 + 16 * 2 + 1)
      #expect(sites.allSatisfy { $0.activation.upperBound == bound && !$0.activation.isDynamic })
    }
  }

  @Test("only the positions asked for are dynamic; the others are static, after the projection nothing")
  func dynamicPositions() throws {
    let sites = try shapes(MobileNetV2(positions: [.depthwise])).sites
    #expect(sites.allSatisfy { $0.activation.isDynamic == ($0.place.site == "A2") })
    #expect(!sites.contains { $0.place.site == "A3" })
  }

  @Test("weights bear the prefix and the names of PyTorch's state dictionary")
  func weightNames() throws {
    let graph = MobileNetV2(rectifier: .dynamic(DynamicReLU(variant: .c))).graph(prefix: "c/")
    let names = try Set(needed(graph).map(\.name))
    for name in [
      "stem.conv.weight", "stem.norm.running_var", "blocks.4.depthwise.act.fc1.weight", "head.act.attention.bias",
      "blocks.16.project.act.fc2.bias", "classifier.weight",
    ] { #expect(names.contains("c/\(name)"), "\(name)") }
    #expect(names.allSatisfy { $0.hasPrefix("c/") })
  }

  @Test("residuals join the block's input and its projection where stride and channels allow")
  func residuals() {
    let graph = MobileNetV2().graph()
    let adds = graph.nodes.filter { $0.operation == .add }
    #expect(adds.map(\.name) == [2, 4, 5, 7, 8, 9, 11, 12, 14, 15].map { "blocks.\($0).add" })
    #expect(adds.first?.inputs == ["blocks.1.project.act", "blocks.2.project.act"])
  }

  private func needed(_ graph: Graph) throws -> [WeightShape] {
    let shapes = try GraphShapes(graph).shapes
    return graph.nodes.flatMap { node in
      node.inputs.first.flatMap { shapes[$0] }.map(node.operation.weightShapes) ?? []
    }
  }
}
