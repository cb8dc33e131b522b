import Networks
import Tensors
import Testing

@Suite struct KeypointNetworkTests {
  @Test(
    "17 heat maps at a quarter of the image come from every backbone",
    arguments: [
      (KeypointNetwork.Backbone.mobileNetV2(width: 1), 1280), (.mobileNetV2(width: 0.5), 1280),
      (.mobileNetV3(.large), 960), (.mobileNetV3(.small), 576),
    ])
  func heatMaps(backbone: KeypointNetwork.Backbone, channels: Int) throws {
    let shapes = try GraphShapes(KeypointNetwork(backbone).graph())
    #expect(shapes.input == FeatureShape(height: 256, width: 192, channels: 3))
    #expect(shapes.shapes["backbone.head.act"] == FeatureShape(height: 8, width: 6, channels: channels))
    #expect(shapes.shapes["head.blocks.0.upsample"] == FeatureShape(height: 16, width: 12, channels: channels))
    #expect(shapes.shapes["head.blocks.0.block.depthwise.act"]?.channels == channels)
    #expect(shapes.output == FeatureShape(height: 64, width: 48, channels: 17))
  }

  @Test("the head has no expansion in its first block and residuals in the second and the fourth")
  func head() throws {
    let graph = KeypointNetwork(.mobileNetV2(width: 0.5)).graph()
    let names = graph.nodes.map(\.name).filter { $0.hasPrefix("head.") }
    #expect(names.filter { $0.hasSuffix("expand.conv") } == [1, 2, 3].map { "head.blocks.\($0).block.expand.conv" })
    #expect(names.filter { $0.hasSuffix(".add") } == [1, 3].map { "head.blocks.\($0).block.add" })
    #expect(names.filter { $0.hasSuffix("upsample") } == [0, 2, 3].map { "head.blocks.\($0).upsample" })
    let blocks = try GraphShapes(graph).blockCosts(of: graph).filter { $0.name.hasPrefix("head.") }
    #expect(blocks.reduce(0) { $0 + $1.multiplyAdds } == 693_043_200)
    #expect(blocks.reduce(0) { $0 + $1.parameters } == 1_156_881)
  }

  @Test("backbone and head take activations of their own (Table 3)")
  func parts() throws {
    let network = KeypointNetwork(
      .mobileNetV2(width: 0.5), backboneRectifier: .dynamic(DynamicReLU(variant: .b)),
      headRectifier: .dynamic(DynamicReLU(variant: .c)))
    let sites = try GraphShapes(network.graph()).sites
    #expect(Set(sites.filter { $0.node.hasPrefix("backbone.") }.map(\.activation.kind)) == ["DY-ReLU-B"])
    #expect(Set(sites.filter { $0.node.hasPrefix("head.") }.map(\.activation.kind)) == ["DY-ReLU-C"])
    #expect(sites.last?.activation.blockName == "head.blocks.3" && sites.last?.place.block == 22)
  }

  @Test("the head's normalisations have PyTorch's epsilon behind a MobileNetV3 too")
  func epsilon() {
    let nodes = KeypointNetwork(.mobileNetV3(.small)).graph().nodes
    for node in nodes {
      guard case .batchNormalization(let normalization) = node.operation else { continue }
      #expect(normalization.epsilon == (node.name.hasPrefix("head.") ? 1e-5 : 1e-3))
    }
  }
}
