import Networks
import Tensors
import Testing

@Suite struct BlockCostsTests {
  @Test("nodes are gathered by block, in the graph's order, and costs add up")
  func blocks() throws {
    let graph = MobileNetV2(width: 0.35, rectifier: .dynamic(DynamicReLU())).graph()
    let blocks = try GraphShapes(graph).blockCosts(of: graph)
    #expect(
      blocks.map(\.name) == ["stem"] + (0..<17).map { "blocks.\($0)" } + ["head", "pool", "classifier"])
    let counted = try graph.counted()
    #expect(blocks.reduce(0) { $0 + $1.parameters } == counted.parameters)
    #expect(blocks.reduce(0) { $0 + $1.multiplyAdds } == counted.multiplyAdds)
    #expect(blocks[17].shape == FeatureShape(height: 7, width: 7, channels: 112))
    #expect(blocks.last?.parameters == 1280 * 1000 + 1000)
  }

  @Test("names of nested modules, K convolutions and squeezes fall to their blocks")
  func names() throws {
    let keypoints = KeypointNetwork(.mobileNetV3(.small), headRectifier: .maxout(functions: 2)).graph()
    #expect(
      try GraphShapes(keypoints).blockCosts(of: keypoints).map(\.name)
        == ["backbone.stem"] + (0..<11).map { "backbone.blocks.\($0)" } + ["backbone.head"]
        + (0..<4).map { "head.blocks.\($0)" } + ["head.heat_maps"])
    let squeezed = MobileNetV2(rectifier: .squeezeReLU(reduction: 8)).graph()
    #expect(try GraphShapes(squeezed).blockCosts(of: squeezed).first?.name == "stem")
    let resNet = ResNet(.ten, rectifier: .maxout(functions: 2)).graph()
    #expect(
      try GraphShapes(resNet).blockCosts(of: resNet).map(\.name)
        == ["stem", "max_pool"] + (0..<4).map { "blocks.\($0)" } + ["pool", "classifier"])
  }

  @Test("maps are stored by convolutions, sums and poolings, not by normalisations and activations")
  func maps() throws {
    let input = FeatureShape(height: 32, width: 32, channels: 3)
    let graph = ResNet(.ten, input: input).graph()
    let blocks = try GraphShapes(graph).blockCosts(of: graph)
    #expect(blocks[0].mapBytes == 4 * 16 * 16 * 64 && blocks[1].mapBytes == 4 * 8 * 8 * 64)
    // Two convolutions and the sum; then these and the shortcut's convolution.
    #expect(blocks[2].mapBytes == 3 * 4 * 8 * 8 * 64 && blocks[3].mapBytes == 4 * 4 * 4 * 4 * 128)
    let maxout = ResNet(.ten, input: input, rectifier: .maxout(functions: 3)).graph()
    #expect(try GraphShapes(maxout).blockCosts(of: maxout)[0].mapBytes == 3 * blocks[0].mapBytes)
  }
}
