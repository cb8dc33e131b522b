import Figures
import Kernels
import Networks
import Statistics
import Tensors

/// Answers to questions that take a pass of their own, made of formulas alone.
extension SyntheticRun {
  /// What is found of `images` images for a late question at some sites; nil for a question that every run counts.
  package static func late(_ question: Question, of sites: [ActivationSite], images: Int = 30) -> (any Finding)? {
    switch question {
    case .effects: effects(question)
    case .channels(let site): channels(sites[site], of: sites, images: images)
    case .slopeClasses(let site, let classes): slopeClasses(site, classes: classes, of: sites, images: images)
    case .channelDensity(let site, let channel): density(site: site, channel: channel)
    case .exemplars, .extremes, .image, .predictions: ofImages(question, of: sites, images: images)
    default: nil
    }
  }

  /// A channel's lines in one image: each kind of function has its channels, some change from image to image, and some
  /// of those from class to class.
  package static func line(_ segment: Int, channel: Int, image: Int) -> (slope: Float, intercept: Float) {
    let kinds: [[Float]] = [
      [1.625, -0.75], [1, 0.1875], [1, 0], [0.5, 0], [0.0156, 0], [0.5, 0.4375], [-0.5, 0.0156], [1.5, -0.5],
    ]
    let base = kinds[channel % 8][segment % 2] - Float(segment / 2)
    let step = channel % 3 == 0 ? Float(image % 10 - 5) / 32 : Float((image * 7 + channel) % 11 - 5) / 64
    let intercept: Float = segment == 0 ? 0 : Float(channel % 5) / 16
    return (base + (channel % 4 == 2 ? 0 : step), intercept)
  }

  static func coefficients(of site: ActivationSite, image: Int) -> ActivationCoefficients? {
    let activation = site.activation
    guard activation.hasCoefficients else { return nil }
    let stride = FeatureShape.padded(site.coefficientChannels)
    let lines = (0..<activation.functions).flatMap { segment in
      (0..<stride).map { line(segment, channel: $0, image: activation.isDynamic ? image : 0) }
    }
    return ActivationCoefficients(
      functions: activation.functions, channels: site.coefficientChannels, stride: stride,
      slopes: TensorSlice(lines.map(\.slope)), intercepts: TensorSlice(lines.map(\.intercept)))
  }

  /// Inputs from -4 to 4, fewer of them above 0 in later channels; channel 11 is dead.
  static func pairs(of site: ActivationSite, image: Int) -> ActivationSample {
    let channels = site.shape.channels
    let stride = FeatureShape.padded(channels)
    let count = 16
    let lines = max(1, site.activation.functions)
    var (x, y) = ([Float](repeating: 0, count: count * stride), [Float](repeating: 0, count: count * stride))
    for position in 0..<count {
      for channel in 0..<channels {
        let input = Float(position * 37 % count - 8) / 2 - Float(channel % 7) / 4
        let values = (0..<lines).map { segment in
          let line = line(segment, channel: site.coefficientChannels == 1 ? 0 : channel, image: image)
          return line.slope * input + line.intercept
        }
        x[position * stride + channel] = input
        y[position * stride + channel] = channel == 11 ? 0 : values.max() ?? 0
      }
    }
    return ActivationSample(
      x: TensorSlice(x), y: TensorSlice(y), channels: channels, channelStride: stride, positions: 0..<count)
  }

  private static func channels(
    _ site: ActivationSite, of sites: [ActivationSite], images: Int
  ) -> (any Finding)? {
    guard let observer = try? ChannelStatistics(site: site.id, of: sites, kernels: .scalar) else { return nil }
    for image in 0..<images {
      let identity = ImageIdentity(ordinal: image, key: UInt64(image))
      if let lines = coefficients(of: site, image: image) { observer.observe(lines, of: site, image: identity) }
      observer.observe(pairs(of: site, image: image), of: site, image: identity)
    }
    observer.finish(images: images)
    return observer.finding(.channels(site: site.id))
  }

  private static func slopeClasses(
    _ site: Int?, classes: Int, of sites: [ActivationSite], images: Int
  ) -> (any Finding)? {
    guard let observer = try? SlopeClassStatistics(site: site, classes: classes, of: sites) else { return nil }
    for image in 0..<images {
      let identity = ImageIdentity(ordinal: image, key: UInt64(image), label: image % classes)
      for asked in sites where site == nil || asked.id == site {
        if let lines = coefficients(of: asked, image: image) { observer.observe(lines, of: asked, image: identity) }
      }
    }
    observer.finish(images: images)
    return observer.finding(.slopeClasses(site: site, classes: classes))
  }

  /// A fan around the channel's function.
  private static func density(site: Int, channel: Int) -> (any Finding)? {
    var counts = [UInt64](repeating: 0, count: DensityGrid.bins * DensityGrid.bins)
    let lines = (0..<2).map { line($0, channel: channel, image: 0) }
    for column in 96..<416 {
      let x = Float(column - 256)
      let middle = 256 + Int(lines.map { $0.slope * x + $0.intercept * 64 }.max() ?? 0)
      let width = 3 + abs(column - 256) / 8
      for row in max(0, middle - width)..<min(512, middle + width) {
        counts[row * DensityGrid.bins + column] = UInt64(
          400 * (width - abs(row - middle)) / (8 + abs(column - 256)) + 1)
      }
    }
    return DensityFinding(
      question: .channelDensity(site: site, channel: channel), share: 1, images: 1000,
      grid: DensityGrid(xExponent: 2, yExponent: 2, counts: counts), totals: PairTotals())
  }
}
