import Networks
import Tensors

/// Keeps everything that the activations of a network take and give, image after image, in the order of PyTorch's
/// tensors.
final class TapRecorder: ActivationObserver {
  /// What came of one site; each array holds the images behind each other.
  struct Site {
    /// `[images][channels][height][width]`.
    var inputs: [Float] = []
    /// Laid out like ``inputs``.
    var outputs: [Float] = []
    /// `[images][K][channels or 1]`.
    var slopes: [Float] = []
    /// Laid out like ``slopes``.
    var intercepts: [Float] = []
    /// `[images][height][width]`.
    var attention: [Float] = []
  }

  private(set) var sites: [Site]

  init(sites: Int) { self.sites = Array(repeating: Site(), count: sites) }

  func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection {
    let zeros = Array(repeating: Float(0), count: site.shape.count)
    sites[site.id].inputs += zeros
    sites[site.id].outputs += zeros
    return .all
  }

  func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {
    for k in 0..<coefficients.functions {
      for channel in 0..<coefficients.channels {
        sites[site.id].slopes.append(coefficients.slopes[k * coefficients.stride + channel])
        sites[site.id].intercepts.append(coefficients.intercepts[k * coefficients.stride + channel])
      }
    }
  }

  func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    let start = sites[site.id].inputs.count - site.shape.count
    for row in 0..<sample.count {
      let position = sample.firstPosition + row * sample.positionStep
      for channel in 0..<sample.channels {
        let target = start + channel * site.shape.positions + position
        sites[site.id].inputs[target] = sample.x[row * sample.channelStride + channel]
        sites[site.id].outputs[target] = sample.y[row * sample.channelStride + channel]
      }
    }
  }

  func observe(attention: TensorSlice, of site: ActivationSite, image: ImageIdentity) {
    for position in 0..<site.shape.positions { sites[site.id].attention.append(attention[position]) }
  }
}
