import KernelInterface
import Networks
import Tensors

/// What a network makes of one image: its logits, its functions at every site, and what one site did with it.
public struct ImageFinding: Finding {
  /// ``Question/image(ordinal:site:)``.
  public internal(set) var question: Question
  /// 1 once the image went through the network; 0 before, and where it could not be read.
  public private(set) var images = 0
  /// What it became before it went into the network: `[height][width][channels]`.
  public internal(set) var input: PackedFloats = []
  /// Rows of ``input``.
  public internal(set) var inputHeight = 0
  /// Columns of ``input``.
  public internal(set) var inputWidth = 0
  /// Logits, one for each class.
  public private(set) var logits: PackedFloats = []
  /// The image's class; nil where it is not known.
  public private(set) var label: Int?
  /// Its functions at every site, by id; without any at an activation that has none.
  public private(set) var functions: [ImageFunctions] = []
  /// What the one site did; nil where none was asked for.
  public internal(set) var detail: SiteDetail?

  init(_ question: Question) { self.question = question }

  /// Takes over what another worker knows, if the image was that one's.
  public mutating func merge(_ other: ImageFinding) throws(FindingMismatch) {
    guard images == 0 || other.images == 0 else { throw FindingMismatch("\(question): one image is counted twice") }
    if images == 0 { self = other }
  }

  mutating func take(input: TensorSlice, _ shape: FeatureShape) {
    self.input = PackedFloats(input.array)
    (inputHeight, inputWidth) = (shape.height, shape.width)
  }

  mutating func take(
    logits: [Float], label: Int?, functions: [ImageFunctions], detail: SiteDetail?
  ) {
    self.logits = PackedFloats(logits)
    self.label = label
    self.functions = functions
    self.detail = detail
  }

  mutating func finish() { images = 1 }
}

extension ImageFinding {
  /// Rows or columns of ``input`` at most.
  private static let largestInput = 1 << 14

  /// Arrays of the network's shapes.
  public func check(_ sites: [ActivationSite]) throws(FindingMismatch) {
    guard case .image(let ordinal, let asked) = question, ordinal >= 0 else {
      throw FindingMismatch("\(question) is answered by no image")
    }
    let sides = 0...Self.largestInput
    try require(
      (0...1).contains(images) && label.map { logits.floats.indices.contains($0) } ?? true, "\(images) images")
    try require(sides.contains(inputHeight) && sides.contains(inputWidth), "an input of \(inputHeight)x\(inputWidth)")
    let pixels = inputHeight * inputWidth
    try require(
      pixels == 0 ? input.floats.isEmpty : [1, 3].contains { input.floats.count == pixels * $0 },
      "\(input.floats.count) numbers of \(pixels) pixels")
    try require(functions.count == (images == 0 ? 0 : sites.count), "functions of \(functions.count) sites")
    for (own, site) in zip(functions, sites) { try require(own.fits(site), "functions of another site") }
    guard let asked else { return try require(detail == nil, "a site that was not asked for") }
    let site = try checked(asked, in: sites)
    try require((detail == nil) == (images == 0) && detail?.fits(site) ?? true, "a map of another site")
  }
}

/// Slopes and intercepts of one image at one site: f(x) = max_k(a_k x + b_k) in each coefficient channel.
public struct ImageFunctions: Sendable, Equatable, Codable {
  /// K; 0 where the activation has no coefficients.
  public private(set) var segments = 0
  /// Channels with coefficients of their own.
  public private(set) var channels = 0
  private var values: PackedFloats = []

  init() {}

  init(_ coefficients: ActivationCoefficients) {
    segments = coefficients.functions
    channels = coefficients.channels
    func rows(_ slice: TensorSlice) -> [Float] {
      (0..<segments).flatMap { k in (0..<channels).map { slice[k * coefficients.stride + $0] } }
    }
    values = PackedFloats(rows(coefficients.slopes) + rows(coefficients.intercepts))
  }

  /// Whether they can be those of a site: one without coefficients has none.
  fileprivate func fits(_ site: ActivationSite) -> Bool {
    let isThere = site.activation.hasCoefficients && segments > 0
    return segments == (isThere ? site.activation.functions : 0)
      && channels == (isThere ? site.coefficientChannels : 0) && values.floats.count == 2 * segments * channels
  }

  /// a_k of a channel.
  public func slope(segment: Int, channel: Int) -> Float { values.floats[segment * channels + channel] }
  /// b_k of a channel.
  public func intercept(segment: Int, channel: Int) -> Float {
    values.floats[(segments + segment) * channels + channel]
  }
}

/// What one site did with one image.
public struct SiteDetail: Sendable, Equatable, Codable {
  /// Every pair of input and output.
  public private(set) var grid: DensityGrid
  /// π, one for each position; empty but in variant C.
  public private(set) var attention: PackedFloats = []
  /// How many of a position's inputs are on each segment: `[positions][K]`. Empty for an activation without
  /// coefficients.
  public private(set) var segmentCounts: [Int] = []

  /// Whether it can be what a site did.
  fileprivate func fits(_ site: ActivationSite) -> Bool {
    let positions = site.shape.positions
    return [0, positions].contains(attention.floats.count)
      && [0, positions * site.activation.functions].contains(segmentCounts.count)
      && segmentCounts.allSatisfy { (0...site.shape.channels).contains($0) }
  }

  init(grid: DensityGrid, attention: [Float], segmentCounts: [Int]) {
    self.grid = grid
    self.attention = PackedFloats(attention)
    self.segmentCounts = segmentCounts
  }
}

/// Floats that go bit by bit to a coder's arrays.
public struct PackedFloats: Sendable, Equatable, Codable, ExpressibleByArrayLiteral {
  /// The numbers.
  public let floats: [Float]

  /// Packs numbers.
  public init(_ floats: [Float]) { self.floats = floats }

  /// Packs numbers.
  public init(arrayLiteral floats: Float...) { self.floats = floats }

  /// Bits decide, so that NaN equals itself.
  public static func == (one: PackedFloats, other: PackedFloats) -> Bool {
    one.floats.elementsEqual(other.floats) { $0.bitPattern == $1.bitPattern }
  }

  /// Reads the floats.
  public init(from decoder: any Decoder) throws {
    guard case .floats(let values) = try FindingArrays.Values(from: decoder) else {
      throw decoder.corrupted("an array holds whole numbers where floats are expected")
    }
    floats = values
  }

  /// Writes the floats.
  public func encode(to encoder: any Encoder) throws { try FindingArrays.Values.floats(floats).encode(to: encoder) }
}
