import Networks
import Tensors
import Testing

/// Keeps everything that an executor shows, by `NODE/x`, `NODE/slopes` and so on, without padding lanes.
final class TapRecorder: ActivationObserver {
  /// Whether elements are asked for.
  let wantsElements: Bool
  private(set) var taps: [String: [Float]] = [:]
  /// The order of calls, one letter each: w(ants), c(oefficients), a(ttention), s(ample).
  private(set) var calls: [String: String] = [:]
  private(set) var images: Set<ImageIdentity> = []

  init(wantsElements: Bool = true) { self.wantsElements = wantsElements }

  func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection {
    calls[site.node, default: ""] += "w"
    return wantsElements ? .all : .none
  }

  func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {
    calls[site.node, default: ""] += "c"
    images.insert(image)
    #expect(coefficients.channels == site.coefficientChannels && coefficients.functions == site.activation.functions)
    for k in 0..<coefficients.functions {
      for channel in 0..<coefficients.channels {
        let index = k * coefficients.stride + channel
        taps["\(site.node)/slopes", default: []].append(coefficients.slopes[index])
        taps["\(site.node)/intercepts", default: []].append(coefficients.intercepts[index])
      }
    }
  }

  func observe(attention: TensorSlice, of site: ActivationSite, image: ImageIdentity) {
    calls[site.node, default: ""] += "a"
    taps["\(site.node)/attention"] = attention.array
  }

  func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    if calls[site.node]?.last != "s" { calls[site.node, default: ""] += "s" }
    #expect(sample.channels == site.shape.channels && sample.channelStride == site.shape.channelStride)
    #expect(sample.positionStep == 1 || sample.count <= 1, "every position is wanted")
    #expect(sample.firstPosition * sample.channels == taps["\(site.node)/x", default: []].count)
    for row in 0..<sample.count {
      let channels = row * sample.channelStride..<row * sample.channelStride + sample.channels
      taps["\(site.node)/x", default: []] += sample.x[channels].array
      taps["\(site.node)/y", default: []] += sample.y[channels].array
    }
  }
}

/// A recorder for each image.
final class BatchRecorder: ActivationObserver {
  private(set) var recorders: [ImageIdentity: TapRecorder] = [:]

  private func recorder(_ image: ImageIdentity) -> TapRecorder {
    let recorder = recorders[image] ?? TapRecorder()
    recorders[image] = recorder
    return recorder
  }

  func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection {
    recorder(image).wantedPositions(of: site, image: image)
  }

  func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {
    recorder(image).observe(coefficients, of: site, image: image)
  }

  func observe(attention: TensorSlice, of site: ActivationSite, image: ImageIdentity) {
    recorder(image).observe(attention: attention, of: site, image: image)
  }

  func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    recorder(image).observe(sample, of: site, image: image)
  }
}

/// The largest difference, relative to the largest expected magnitude of the whole tensor; infinite where one is not a
/// number.
func relativeError(_ found: [Float], _ expected: [Float]) -> Float {
  guard found.count == expected.count, !found.isEmpty else { return .infinity }
  var (difference, magnitude) = (Float(0), Float(0))
  for (found, expected) in zip(found, expected) {
    guard found.isFinite, expected.isFinite else { return .infinity }
    difference = max(difference, abs(found - expected))
    magnitude = max(magnitude, abs(expected))
  }
  return difference == 0 ? 0 : difference / magnitude
}
