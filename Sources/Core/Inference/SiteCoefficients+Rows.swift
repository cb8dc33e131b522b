import Networks
import Tensors

extension SiteCoefficients {
  /// Slopes and intercepts of each function, one or one for each coefficient channel; `place` gives floats their place
  /// in memory.
  init<Failure: Error>(
    slopes: [[Float]], intercepts: [[Float]], of site: ActivationSite, place: ([Float]) throws(Failure) -> TensorSlice
  ) throws(Failure) {
    let (channels, stride) = (site.shape.channels, site.shape.channelStride)
    func spread(_ rows: [[Float]], to count: Int) -> [[Float]] {
      rows.map { $0.count == count ? $0 : Array(repeating: $0[0], count: count) }
    }
    func lanes(_ rows: [[Float]]) -> [Float] {
      spread(rows, to: channels).flatMap { $0 + Array(repeating: 0, count: stride - channels) }
    }
    self.slopes = try place(lanes(slopes))
    self.intercepts = try place(lanes(intercepts))
    observed =
      site.coefficientChannels == 1
      ? ActivationCoefficients(
        functions: slopes.count, channels: 1, stride: 1, slopes: TensorSlice(slopes.map { $0[0] }),
        intercepts: TensorSlice(intercepts.map { $0[0] }))
      : ActivationCoefficients(
        functions: slopes.count, channels: channels, stride: stride, slopes: self.slopes, intercepts: self.intercepts)
  }
}
