import Networks
import Tensors
import Testing

@Suite struct ResNetTests {
  @Test(
    "the networks have torchvision's parameters, and ResNet-10 one block in each stage",
    arguments: [
      (ResNet.Depth.ten, 5_418_792), (.eighteen, 11_689_512), (.thirtyFour, 21_797_672), (.fifty, 25_557_032),
    ])
  func parameters(depth: ResNet.Depth, parameters: Int) throws {
    #expect(try ResNet(depth).graph().counted().parameters == parameters)
  }

  @Test("ResNet-50 has 4.09 G MAdds with the stride in the 3x3 convolution, 3.86 G with it in the first")
  func strides() throws {
    #expect(try ResNet(.fifty).graph().counted().multiplyAdds / 10_000_000 == 408)
    let first = ResNet(.fifty, strideInFirst: true).graph()
    #expect(try first.counted().multiplyAdds / 10_000_000 == 385)
    #expect(
      try GraphShapes(first).shapes["blocks.3.first.act"] == FeatureShape(height: 28, width: 28, channels: 128))
    #expect(
      try GraphShapes(ResNet(.fifty).graph()).shapes["blocks.3.first.act"]
        == FeatureShape(height: 56, width: 56, channels: 128))
  }

  @Test("shapes halve from stage to stage, and shortcuts are convolutions where shapes change")
  func shapes() throws {
    let graph = ResNet(.eighteen).graph()
    let shapes = try GraphShapes(graph).shapes
    #expect(shapes["max_pool"] == FeatureShape(height: 56, width: 56, channels: 64))
    #expect(shapes["blocks.7.act"] == FeatureShape(height: 7, width: 7, channels: 512))
    #expect(
      graph.nodes.map(\.name).filter { $0.hasSuffix("shortcut.conv") }
        == [2, 4, 6].map { "blocks.\($0).shortcut.conv" })
    let add = graph.nodes.first { $0.name == "blocks.2.add" }
    #expect(add?.inputs == ["blocks.2.shortcut.norm", "blocks.2.second.norm"])
    #expect(graph.nodes.first { $0.name == "blocks.1.add" }?.inputs == ["blocks.0.act", "blocks.1.second.norm"])
    let wide = ResNet(.fifty).graph().nodes.map(\.name).filter { $0.hasSuffix("shortcut.conv") }
    #expect(wide == [0, 3, 7, 13].map { "blocks.\($0).shortcut.conv" })
  }

  @Test("Dynamic ReLU has all its functions after the sum, and stands at the positions asked for")
  func dynamic() throws {
    let basic = try GraphShapes(ResNet(.ten, rectifier: .dynamic(DynamicReLU(functions: 3))).graph()).sites
    #expect(basic.map(\.place.site) == ["stem"] + Array(repeating: ["A1", "A2"], count: 4).flatMap { $0 })
    #expect(basic.allSatisfy { $0.activation.functions == 3 })
    let positions = ResNet(.fifty, rectifier: .dynamic(DynamicReLU()), positions: [.first, .second]).graph()
    let dynamic = try GraphShapes(positions).sites.filter(\.activation.isDynamic)
    #expect(
      dynamic.count == 32 && dynamic.allSatisfy { $0.node.hasSuffix("first.act") || $0.node.hasSuffix("second.act") })
    #expect(try positions.counted().parameters - ResNet(.fifty).graph().counted().parameters == 1_602_992)
  }

  @Test("Maxout takes its convolutions before the sum and leaves nothing after it")
  func maxout() throws {
    let graph = ResNet(.ten, rectifier: .maxout(functions: 2)).graph()
    #expect(graph.nodes.first { $0.name == "blocks.0.add" }?.inputs == ["max_pool", "blocks.0.second.act"])
    #expect(!graph.nodes.contains { $0.name == "blocks.0.act" })
    #expect(
      graph.nodes.first { $0.name == "blocks.0.second.act" }?.inputs
        == ["blocks.0.second.norm.0", "blocks.0.second.norm.1"])
  }

  @Test("sizes are free")
  func sizes() throws {
    let network = ResNet(.ten, input: FeatureShape(height: 33, width: 1, channels: 1), classes: 3)
    let shapes = try GraphShapes(network.graph())
    #expect(shapes.shapes["blocks.3.act"] == FeatureShape(height: 2, width: 1, channels: 512))
    #expect(shapes.output.channels == 3)
  }
}
