import Networks
import Tensors
import Testing

@Suite struct MobileNetV3Tests {
  @Test(
    "the networks have torchvision's parameters, and its shapes",
    arguments: [(MobileNetV3.Size.large, 5_483_032, 960), (.small, 2_542_856, 576)])
  func parameters(size: MobileNetV3.Size, parameters: Int, channels: Int) throws {
    let graph = MobileNetV3(size).graph()
    #expect(try graph.counted().parameters == parameters)
    let shapes = try GraphShapes(graph)
    #expect(shapes.shapes["head.act"] == FeatureShape(height: 7, width: 7, channels: channels))
    #expect(shapes.output.channels == 1000)
  }

  @Test("ReLU, h-swish and squeeze-and-excitation stand where the family's tables have them")
  func activations() throws {
    let sites = try GraphShapes(MobileNetV3(.large).graph()).sites
    let kinds = Dictionary(uniqueKeysWithValues: sites.map { ($0.node, $0.activation.kind) })
    #expect(kinds["stem.act"] == "h-swish" && kinds["hidden_act"] == "h-swish" && kinds["head.act"] == "h-swish")
    #expect(kinds["blocks.5.depthwise.act"] == "ReLU" && kinds["blocks.6.expand.act"] == "h-swish")
    #expect(
      kinds.filter { $0.value == "SE" }.keys.sorted()
        == [10, 11, 12, 13, 14, 3, 4, 5].map { "blocks.\($0).depthwise.squeeze" }.map {
          $0.replacing(".depthwise", with: "")
        }.sorted())
    let small = try GraphShapes(MobileNetV3(.small).graph()).sites
    #expect(small.count { $0.activation.kind == "SE" } == 9)
  }

  @Test("Dynamic ReLU replaces ReLU and h-swish, removes squeeze-and-excitation, and has K = 1 after the projection")
  func dynamic() throws {
    let sites = try GraphShapes(MobileNetV3(.small, rectifier: .dynamic(DynamicReLU())).graph()).sites
    #expect(sites.allSatisfy { $0.activation.kind == "DY-ReLU-B" })
    #expect(sites.filter { $0.place.site == "A3" }.allSatisfy { $0.activation.functions == 1 })
    #expect(sites.count { $0.place.site == "A3" } == 11)
    let inside = MobileNetV3(.small, rectifier: .dynamic(DynamicReLU()), positions: [.depthwise])
    let kinds = try Set(GraphShapes(inside.graph()).sites.map { "\($0.place.site) \($0.activation.kind)" })
    #expect(
      kinds == [
        "stem h-swish", "A1 ReLU", "A1 h-swish", "A2 DY-ReLU-B", "last h-swish", "hidden h-swish",
      ])
  }

  @Test("the counts that docs/paper-tables.md names beside the paper's")
  func alternatives() throws {
    let large = try MobileNetV3(.large, rectifier: .dynamic(DynamicReLU())).graph().counted()
    #expect(large.parameters / 10_000 == 965 && large.multiplyAdds / 100_000 == 2_289)
    let small = try MobileNetV3(.small, rectifier: .dynamic(DynamicReLU())).graph().counted()
    #expect(small.parameters / 10_000 == 413 && small.multiplyAdds / 100_000 == 607)
  }

  @Test("the width multiplier rounds channels, hidden layer included, to multiples of 8; sizes are free")
  func widths() throws {
    let network = MobileNetV3(
      .small, width: 0.5, input: FeatureShape(height: 33, width: 65, channels: 1), classes: 7)
    let shapes = try GraphShapes(network.graph())
    #expect(shapes.shapes["stem.act"] == FeatureShape(height: 17, width: 33, channels: 8))
    #expect(shapes.shapes["head.act"] == FeatureShape(height: 2, width: 3, channels: 288))
    #expect(shapes.shapes["hidden"]?.channels == 512 && shapes.output.channels == 7)
  }

  @Test("weights bear the names of the PyTorch reference")
  func weightNames() throws {
    let names = try Set(MobileNetV3(.small).graph(prefix: "v3/").weightNames())
    for name in [
      "stem.conv.weight", "blocks.0.squeeze.fc1.weight", "blocks.10.project.norm.running_var", "hidden.bias",
      "classifier.weight",
    ] { #expect(names.contains("v3/\(name)"), "\(name)") }
  }
}
