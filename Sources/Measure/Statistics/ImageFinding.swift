import KernelInterface
import Networks
import Tensors

/// What a network makes of one image: its logits, its functions at every site, and what one site did with it.
public struct ImageFinding: Finding {
  /// ``Question/image(ordinal:site:)``.
  public let question: Question
  /// 1 once the image went through the network; 0 before, and where it could not be read.
  public private(set) var images = 0
  /// What it became before it went into the network: `[height][width][channels]`.
  public private(set) var input: PackedFloats = []
  /// Rows of ``input``.
  public private(set) var inputHeight = 0
  /// Columns of ``input``.
  public private(set) var inputWidth = 0
  /// Logits, one for each class.
  public private(set) var logits: PackedFloats = []
  /// The image's class; nil where it is not known.
  public private(set) var label: Int?
  /// Its functions at every site, by id; without any at an activation that has none.
  public private(set) var functions: [ImageFunctions] = []
  /// What the one site did; nil where none was asked for.
  public private(set) var detail: SiteDetail?

  init(_ question: Question) { self.question = question }

  /// Takes over what another worker knows, if the image was that one's.
  public mutating func merge(_ other: ImageFinding) throws(FindingMismatch) {
    guard images == 0 || other.images == 0 else { throw FindingMismatch("\(question): one image is counted twice") }
    if images == 0 { self = other }
  }

  fileprivate mutating func take(input: TensorSlice, _ shape: FeatureShape) {
    self.input = PackedFloats(input.array)
    (inputHeight, inputWidth) = (shape.height, shape.width)
  }

  fileprivate mutating func take(
    logits: [Float], label: Int?, functions: [ImageFunctions], detail: SiteDetail?
  ) {
    self.logits = PackedFloats(logits)
    self.label = label
    self.functions = functions
    self.detail = detail
  }

  fileprivate mutating func finish() { images = 1 }
}

extension ImageFinding {
  private enum Key: CodingKey {
    case question, images, input, inputHeight, inputWidth, logits, label, functions, detail
  }

  /// Reads a finding; refuses what none can be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    question = try container.decode(Question.self, forKey: .question)
    images = try container.decode(Int.self, forKey: .images)
    input = try container.decode(PackedFloats.self, forKey: .input)
    inputHeight = try container.decode(Int.self, forKey: .inputHeight)
    inputWidth = try container.decode(Int.self, forKey: .inputWidth)
    logits = try container.decode(PackedFloats.self, forKey: .logits)
    label = try container.decodeIfPresent(Int.self, forKey: .label)
    functions = try container.decode([ImageFunctions].self, forKey: .functions)
    detail = try container.decodeIfPresent(SiteDetail.self, forKey: .detail)
    let sides = 0...input.floats.count
    guard (0...1).contains(images), sides.contains(inputHeight), sides.contains(inputWidth),
      input.floats.isEmpty || inputHeight * inputWidth > 0 && input.floats.count % (inputHeight * inputWidth) == 0,
      label.map({ logits.floats.indices.contains($0) }) ?? true,
      try functions.isEmpty || decoder.sites().map(\.functionShape) == functions.map({ [$0.segments, $0.channels] })
    else { throw decoder.corrupted("\(question): values of no image of this network") }
    guard let detail else { return }
    guard case .image(_, let site?) = question, functions.indices.contains(site),
      detail.fits(try decoder.sites()[site])
    else { throw decoder.corrupted("\(question): the values of another site") }
  }
}

extension ActivationSite {
  /// K and the channels with coefficients of their own, as ``ImageFunctions`` has them: none without coefficients.
  fileprivate var functionShape: [Int] {
    activation.hasCoefficients ? [activation.functions, coefficientChannels] : [0, 0]
  }
}

extension SiteDetail {
  /// Whether there are as many values as the site has positions.
  fileprivate func fits(_ site: ActivationSite) -> Bool {
    let positions = site.shape.positions
    return [0, positions].contains(attention.floats.count)
      && [0, positions * site.activation.functions].contains(segmentCounts.count)
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

  /// a_k of a channel.
  public func slope(segment: Int, channel: Int) -> Float { values.floats[segment * channels + channel] }
  /// b_k of a channel.
  public func intercept(segment: Int, channel: Int) -> Float {
    values.floats[(segments + segment) * channels + channel]
  }
}

extension ImageFunctions {
  private enum Key: CodingKey { case segments, channels, values }

  /// Reads the functions of a site; refuses what none can be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    segments = try container.decode(Int.self, forKey: .segments)
    channels = try container.decode(Int.self, forKey: .channels)
    values = try container.decode(PackedFloats.self, forKey: .values)
    guard (0...16).contains(segments), (0...1 << 24).contains(channels),
      values.floats.count == 2 * segments * channels
    else { throw decoder.corrupted("\(values.floats.count) values of \(segments) functions in \(channels) channels") }
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

  fileprivate init(grid: DensityGrid, attention: [Float], segmentCounts: [Int]) {
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

  /// Reads the bits.
  public init(from decoder: any Decoder) throws {
    let bits = try PackedCounts(from: decoder).values
    guard bits.allSatisfy({ $0 <= UInt64(UInt32.max) }) else { throw decoder.corrupted("floats have 32 bits") }
    floats = bits.map { Float(bitPattern: UInt32($0)) }
  }

  /// Writes the bits.
  public func encode(to encoder: any Encoder) throws {
    try PackedCounts(floats.map { UInt64($0.bitPattern) }).encode(to: encoder)
  }
}

/// One image's way through a network, looked at by one worker.
final class ImageObserver: FindingObserver, @unchecked Sendable {
  private var found: ImageFinding
  private let site: Int?
  private var functions: [ImageFunctions]
  private let density = Density()
  private let binPairs: @Sendable (BinningCall) -> BinningResult
  private var attention: [Float] = []
  private var segmentCounts: [Int] = []

  init(_ question: Question, site: Int?, of sites: [ActivationSite], kernels: KernelTable) throws(GraphError) {
    if let site { _ = try sites.asked(site, for: "one image") }
    self.site = site
    found = ImageFinding(question)
    functions = sites.map { _ in ImageFunctions() }
    binPairs = kernels.binPairs
  }

  func observe(input: TensorSlice, _ shape: FeatureShape, image: ImageIdentity) { found.take(input: input, shape) }

  func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection {
    site.id == self.site ? .all : .none
  }

  func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {
    functions[site.id] = ImageFunctions(coefficients)
  }

  func observe(attention: TensorSlice, of site: ActivationSite, image: ImageIdentity) {
    if site.id == self.site { self.attention = attention.array }
  }

  func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    guard site.id == self.site else { return }
    density.count(
      Density.Pairs(
        x: sample.x, y: sample.y, runs: sample.count, length: sample.channels, stride: sample.channelStride),
      binPairs: binPairs)
    let own = functions[site.id]
    guard own.segments > 0 else { return }
    for row in 0..<sample.count {
      var counts = Array(repeating: 0, count: own.segments)
      for channel in 0..<sample.channels {
        let x = sample.x[row * sample.channelStride + channel]
        counts[own.segment(of: x, channel: own.channels == 1 ? 0 : channel)] += 1
      }
      segmentCounts += counts
    }
  }

  func observe(logits: [Float], label: Int?, image: ImageIdentity) {
    let detail = site.map { _ in
      SiteDetail(grid: density.grid, attention: attention, segmentCounts: segmentCounts)
    }
    found.take(logits: logits, label: label, functions: functions, detail: detail)
  }

  func finish(images: Int) { if images > 0 { found.finish() } }

  func finding(_ question: Question) -> (any Finding)? { question == found.question ? found : nil }
}

extension ImageFunctions {
  /// Which of the lines is the largest at x, the first of equal ones.
  func segment(of x: Float, channel: Int) -> Int {
    var (best, largest) = (0, -Float.infinity)
    for segment in 0..<segments {
      let value = slope(segment: segment, channel: channel) * x + intercept(segment: segment, channel: channel)
      if value > largest { (best, largest) = (segment, value) }
    }
    return best
  }
}
