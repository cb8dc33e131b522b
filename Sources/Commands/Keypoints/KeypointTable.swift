import Export
import Images
import Inference
import Networks
import Tensors

/// The keypoints of a set of images as CSV, made image by image: memory does not grow with their number.
public struct KeypointTable: Sendable {
  private let plan: Plan
  private let preprocessing: Preprocessing
  private let flips: Bool
  private let alignment: HeatMapAlignment

  /// A table of what `plan` finds in images that `preprocessing` prepares; the other options are those of
  /// ``KeypointDetector``.
  ///
  /// - Throws: ``KeypointError`` where the network's result is no map of keypoints.
  public init(
    _ plan: Plan, preprocessing: Preprocessing, flips: Bool = true, alignment: HeatMapAlignment = .origin
  ) throws(KeypointError) {
    self.plan = plan
    self.preprocessing = preprocessing
    self.flips = flips
    self.alignment = alignment
    _ = try detector()
  }

  /// Hands over the header, then a row for each keypoint of each image, in the order of `items`.
  ///
  /// - Parameters:
  ///   - items: The images.
  ///   - skipped: Is told of each image that could not be read; it has no rows.
  ///   - emit: Takes the bytes.
  /// - Returns: How many images could be read.
  /// - Throws: What `emit` throws.
  public func write(
    _ items: [ImageItem], skipped: (ImageFailure) -> Void, emit: ([UInt8]) throws -> Void
  ) throws -> Int {
    let detector = try detector()
    let reader = ImageReader(preprocessing: preprocessing, input: plan.input, kernels: plan.kernels.images)
    let image = TensorSlice(zeros: plan.input.count)
    try emit(CSV(columns: ["image", "keypoint", "name", "x", "y", "image_x", "image_y", "score"]).bytes)
    var count = 0
    // A compressed archive is read as it lies: rows wait for those of images before them.
    var waiting: [Int: Result<[UInt8], ImageFailure>] = [:]
    var rest = items.map(\.identity.ordinal)[...]
    let feed = ListedFeed(items, limits: reader.limits)
    while let fed = feed.next({ _ in 1 }).first {
      waiting[fed.item.identity.ordinal] = Result { () throws(ImageFailure) in
        let geometry = try reader.read(fed, into: image)
        let keypoints = detector.keypoints(of: image, identity: fed.item.identity)
        return Self.rows(fed.item.relativePath, keypoints, names: detector.names, geometry)
      }
      while let ordinal = rest.first, let row = waiting.removeValue(forKey: ordinal) {
        rest.removeFirst()
        switch row {
        case .success(let bytes):
          try emit(bytes)
          count += 1
        case .failure(let failure): skipped(failure)
        }
      }
    }
    return count
  }

  private func detector() throws(KeypointError) -> KeypointDetector {
    try KeypointDetector(plan, flips: flips, alignment: alignment)
  }

  private static func rows(
    _ image: String, _ keypoints: [ImageKeypoint?], names: [String]?, _ geometry: PreprocessingGeometry
  ) -> [UInt8] {
    var table = CSV()
    for (index, keypoint) in keypoints.enumerated() {
      let source = keypoint.map { geometry.sourcePlace(column: $0.x, row: $0.y) }
      table.append(row: [
        .text(image), .integer(index), names.map { .text($0[index]) } ?? .absent, .optional(keypoint?.x),
        .optional(keypoint?.y), .optional(source?.column), .optional(source?.row),
        .optional(keypoint.map { Double($0.score) }),
      ])
    }
    return table.bytes
  }
}
