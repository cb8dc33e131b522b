import Inference
import Networks
import Tensors

/// Finds keypoints in images as section 5.4 tests its networks: on the mean of the heat maps of an image and of its
/// mirror image.
///
/// One for each thread: it owns the memory that the network runs in.
public struct KeypointDetector {
  /// The shape of the maps of one image, a channel for each keypoint.
  public let maps: FeatureShape
  /// The keypoints' names; nil where the maps are not COCO's 17.
  public let names: [String]?
  private let executor: Executor
  private let flips: Bool
  private let alignment: HeatMapAlignment

  /// A detector that runs `plan`.
  ///
  /// - Parameters:
  ///   - plan: A network whose result is a heat map for each keypoint.
  ///   - flips: Whether the mirror image is run too. Which keypoints a mirror exchanges is known for COCO's 17 alone.
  ///   - alignment: Which pixels the maps' elements stand for.
  /// - Throws: ``KeypointError`` where the network's result is no such map.
  public init(_ plan: Plan, flips: Bool = true, alignment: HeatMapAlignment = .origin) throws(KeypointError) {
    maps = plan.shapes.output
    guard maps.positions > 1 else { throw .noMap(channels: maps.channels) }
    names = maps.channels == COCOKeypoints.names.count ? COCOKeypoints.names : nil
    guard names != nil || !flips else { throw .unknownPairs(maps: maps.channels) }
    executor = Executor(plan)
    self.flips = flips
    self.alignment = alignment
  }

  /// The heat maps of an image, `[positions][channels]` as executors take it: the network's, or their mean with the
  /// mirror image's.
  public func heatMaps(of image: TensorSlice, identity: ImageIdentity) -> HeatMaps {
    let own = run(image, identity)
    guard flips else { return own }
    let mirror = run(mirroredImage(image, shape: executor.plan.input), identity).mirrored(pairs: COCOKeypoints.pairs)
    let shift = alignment.mirrorShift(image: executor.plan.input.width, map: maps.width)
    return own.averaged(with: mirror.moved(columns: shift))
  }

  /// The keypoints of an image in the pixels of the network's input, the centre of the first pixel at 0; nil where a
  /// map has no finite value.
  public func keypoints(of image: TensorSlice, identity: ImageIdentity) -> [ImageKeypoint?] {
    let heatMaps = heatMaps(of: image, identity: identity), input = executor.plan.input
    return heatMaps.keypoints().map { keypoint in
      keypoint.map {
        let place = $0.inImage(height: input.height, width: input.width, of: heatMaps, alignment: alignment)
        return ImageKeypoint(x: place.column, y: place.row, score: $0.response)
      }
    }
  }

  private func run(_ image: TensorSlice, _ identity: ImageIdentity) -> HeatMaps {
    HeatMaps(executor.run(image, image: identity), shape: maps, stride: maps.channelStride)
  }
}

/// A keypoint in the pixels of an image.
public struct ImageKeypoint: Sendable, Equatable {
  /// From the left, in pixels, the centre of the first one at 0.
  public var x: Double
  /// From the top, likewise.
  public var y: Double
  /// The highest response of the keypoint's heat map.
  public var score: Float

  package init(x: Double, y: Double, score: Float) {
    self.x = x
    self.y = y
    self.score = score
  }
}

/// Why a network finds no keypoints.
public enum KeypointError: Error, Equatable, CustomStringConvertible {
  /// The result is a vector.
  case noMap(channels: Int)
  /// It is not known which of so many maps a mirror exchanges.
  case unknownPairs(maps: Int)

  /// What was expected and what came.
  public var description: String {
    switch self {
    case .noMap(let channels):
      "keypoints are found on heat maps, but the network's result is 1x1 with \(channels) channels"
    case .unknownPairs(let maps):
      "which keypoints a mirror exchanges is known for COCO's 17 maps, but the network gives \(maps): "
        + "only its maps of the image itself can be used (--no-flip)"
    }
  }
}
