import Inference
import Kernels
import Keypoints
import Networks
import Tensors
import Testing

@Suite struct KeypointDetectorTests {
  private static let input = FeatureShape(height: 12, width: 20, channels: 3)
  private static let identity = ImageIdentity(ordinal: 0, key: 0)

  /// Maps at a quarter of the image's extents, each a weighted sum of its 4x4 pixels with weights of its own.
  private func plan(maps: Int) throws -> Plan {
    let graph = Graph(
      nodes: [
        Node(name: "input", operation: .input(Self.input), inputs: []),
        Node(
          name: "maps",
          operation: .convolution(
            Convolution(outChannels: maps, kernel: Extent2D(4), stride: Extent2D(4), weight: "weight")),
          inputs: ["input"]),
      ], output: "maps")
    let values = (0..<maps * 48).map { Float($0 * 37 % 101) / 101 - 0.5 }
    let weight = WeightTensor(shape: [maps, 3, 4, 4], values: TensorSlice(values))
    return try Plan(graph, weights: Weights(["weight": weight]), kernels: .best)
  }

  private let image = TensorSlice((0..<720).map { Float($0 * 53 % 97) / 97 })

  private func heatMaps(
    _ image: TensorSlice, flips: Bool = true, _ alignment: HeatMapAlignment
  ) throws -> HeatMaps {
    try KeypointDetector(plan(maps: 17), flips: flips, alignment: alignment)
      .heatMaps(of: image, identity: Self.identity)
  }

  @Test("without a flip the maps are the network's")
  func alone() throws {
    let plan = try plan(maps: 17)
    let result = Executor(plan).run(image, image: Self.identity)
    let shape = plan.shapes.output
    let maps = try heatMaps(image, flips: false, .origin)
    #expect(maps.count == 17 && maps.height == 3 && maps.width == 5)
    for map in 0..<17 {
      for position in 0..<15 {
        #expect(maps[map, position / 5, position % 5] == result[position * shape.channelStride + map])
      }
    }
  }

  @Test("by centre the mirror image has the image's maps, mirrored")
  func symmetry() throws {
    let mirrored = mirroredImage(image, shape: Self.input)
    let maps = try heatMaps(image, .centre)
    #expect(try heatMaps(mirrored, .centre) == maps.mirrored(pairs: COCOKeypoints.pairs))
    #expect(try maps != heatMaps(image, flips: false, .centre))
  }

  @Test("by origin the mirror image's maps, turned back, move a column to the right before the mean")
  func moved() throws {
    let own = try heatMaps(image, flips: false, .origin)
    let mirror = try heatMaps(mirroredImage(image, shape: Self.input), flips: false, .origin)
    let maps = try heatMaps(image, .origin)
    for map in 0..<17 {
      let other = map == 0 ? 0 : map % 2 == 1 ? map + 1 : map - 1
      for row in 0..<3 {
        for column in 0..<5 {
          let turned = mirror[other, row, 4 - max(column - 1, 0)]
          #expect(maps[map, row, column] == (own[map, row, column] + turned) / 2)
        }
      }
    }
  }

  @Test("keypoints are the maps', in the input's pixels, with COCO's names")
  func keypoints() throws {
    let detector = try KeypointDetector(plan(maps: 17))
    let maps = detector.heatMaps(of: image, identity: Self.identity)
    let keypoints = detector.keypoints(of: image, identity: Self.identity)
    #expect(detector.names == COCOKeypoints.names && keypoints.count == 17)
    for (found, expected) in zip(keypoints, maps.keypoints()) {
      let expected = try #require(expected)
      #expect(found == ImageKeypoint(x: 4 * expected.column, y: 4 * expected.row, score: expected.response))
    }
    let broken = TensorSlice(Array(repeating: Float.nan, count: 720))
    #expect(detector.keypoints(of: broken, identity: Self.identity) == Array(repeating: nil, count: 17))
  }

  @Test("other numbers of maps have no names, and no mirror image")
  func otherNumbers() throws {
    #expect(throws: KeypointError.unknownPairs(maps: 5)) { try KeypointDetector(plan(maps: 5)) }
    let detector = try KeypointDetector(plan(maps: 5), flips: false)
    #expect(detector.names == nil)
    #expect(detector.keypoints(of: image, identity: Self.identity).count == 5)
  }

  @Test("a result without positions is refused")
  func vector() throws {
    let graph = Graph(
      nodes: [
        Node(name: "input", operation: .input(Self.input), inputs: []),
        Node(name: "pool", operation: .globalAveragePool, inputs: ["input"]),
      ], output: "pool")
    let plan = try Plan(graph, weights: Weights([:]), kernels: .best)
    #expect(throws: KeypointError.noMap(channels: 3)) { try KeypointDetector(plan, flips: false) }
  }
}
