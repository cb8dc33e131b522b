import KernelInterface
import Kernels
import Networks
import Statistics
import Tensors

/// A seeded generator (SplitMix64), so that every run of a test sees the same numbers.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}

/// Values that lie where mistakes are made: edges of bins and ranges, zeros of both signs, the smallest and the largest
/// numbers.
let awkwardValues: [Float] = [
  0, -0.0, 1, -1, 4, -4, Float(4).nextUp, Float(-4).nextDown, 0.0625, -0.0625, 256, -256, 1_048_576, -1_048_576,
  Float(1_048_576).nextDown, Float(-1_048_576).nextUp, Float(-1_048_576).nextDown, .leastNonzeroMagnitude,
  -.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 3e7,
  .infinity, -.infinity, .nan,
]

extension ActivationSite {
  /// A site of a dynamic activation.
  static func sample(
    id: Int = 0, block: Int = 1, place: String = "A2", height: Int = 4, width: Int = 4, channels: Int = 5,
    functions: Int = 2, sharing: CoefficientSharing = .perChannel
  ) -> ActivationSite {
    let activation = Activation(
      functions: functions, sharing: sharing,
      coefficients: .constant(
        slopes: Array(repeating: 1, count: functions), intercepts: Array(repeating: 0, count: functions)),
      place: SitePlace(block: block, site: place))
    return ActivationSite(
      id: id, node: "blocks.\(block).\(place)",
      shape: FeatureShape(height: height, width: width, channels: channels), activation: activation)
  }
}

/// What one image shows at one site: pairs `[position][channel]` and coefficients `[segment][channel]`.
struct Observation {
  var x: [[Float]]
  var y: [[Float]]
  var slopes: [[Float]]
  var intercepts: [[Float]]

  /// Random values of growing magnitude, one in `awkward` of them an awkward one (none for 0).
  init(_ site: ActivationSite, magnitude: Float = 2, awkward: Int = 0, using generator: inout SeededGenerator) {
    func values(_ rows: Int, _ columns: Int) -> [[Float]] {
      (0..<rows).map { _ in
        (0..<columns).map { _ in
          if awkward > 0, Int.random(in: 0..<awkward, using: &generator) == 0 {
            return awkwardValues.randomElement(using: &generator) ?? 0
          }
          return Float.random(in: -magnitude...magnitude, using: &generator)
        }
      }
    }
    x = values(site.shape.positions, site.shape.channels)
    y = values(site.shape.positions, site.shape.channels)
    slopes = values(site.activation.functions, site.coefficientChannels)
    intercepts = values(site.activation.functions, site.coefficientChannels)
  }

  /// Hands the image to an observer, the map in pieces that end after the given positions.
  func show(
    to observer: some ActivationObserver, _ site: ActivationSite, key: UInt64, ordinal: Int = 0, label: Int? = nil,
    pieces: [Int] = []
  ) {
    let image = ImageIdentity(ordinal: ordinal, key: key, label: label)
    let stride = FeatureShape.padded(site.coefficientChannels)
    observer.observe(
      ActivationCoefficients(
        functions: site.activation.functions, channels: site.coefficientChannels, stride: stride,
        slopes: Self.packed(slopes, stride: stride), intercepts: Self.packed(intercepts, stride: stride)),
      of: site, image: image)
    guard !observer.wantedPositions(of: site, image: image).isNone else { return }
    let ends = pieces + [site.shape.positions]
    for (start, end) in zip([0] + pieces, ends) where start < end {
      let stride = site.shape.channelStride
      observer.observe(
        ActivationSample(
          x: Self.packed(Array(x[start..<end]), stride: stride), y: Self.packed(Array(y[start..<end]), stride: stride),
          channels: site.shape.channels, channelStride: stride, positions: start..<end),
        of: site, image: image)
    }
  }

  /// Hands over the pairs of every `step`-th position from `first`, packed in one sample.
  func showLattice(to observer: some ActivationObserver, _ site: ActivationSite, key: UInt64, first: Int, step: Int) {
    let positions = Array(stride(from: first, to: site.shape.positions, by: step))
    let stride = site.shape.channelStride
    observer.observe(
      ActivationSample(
        x: Self.packed(positions.map { x[$0] }, stride: stride),
        y: Self.packed(positions.map { y[$0] }, stride: stride),
        channels: site.shape.channels, channelStride: stride, firstPosition: first, positionStep: step,
        count: positions.count),
      of: site, image: ImageIdentity(ordinal: 0, key: key))
  }

  /// Rows padded to `stride`. The padding holds a number that must never be counted.
  private static func packed(_ rows: [[Float]], stride: Int) -> TensorSlice {
    TensorSlice(rows.flatMap { $0 + Array(repeating: 77, count: stride - $0.count) })
  }
}

extension ActivationStatistics {
  /// Statistics with this machine's widest kernels.
  convenience init(_ sites: [ActivationSite], everyElement: Set<Int> = [], exact: Bool = false) {
    let kernels = InstructionSet.available.max().flatMap(KernelTable.table(for:)) ?? .scalar
    self.init(
      sites: sites, selection: ElementSelection(everyElement: everyElement, exact: exact), kernels: kernels)
  }
}
