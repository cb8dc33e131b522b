import KernelInterface
import Tensors

/// The passes of one resize, with buffers for what they leave. Only what the crop shows is computed.
struct ResampleStages {
  private let kernels: ImageKernels
  private var middle = AlignedStorage<UInt8>(count: 0)
  private var last = AlignedStorage<UInt8>(count: 0)

  init(kernels: ImageKernels) { self.kernels = kernels }

  /// Resizes `image` and returns the shown pixels, in the image's own buffer where its size stays.
  mutating func run(
    _ image: PixelImage, _ geometry: PreprocessingGeometry, rows: ResampleWeights, columns: ResampleWeights
  ) -> PixelRows {
    let source = image.rows(from: rows.sources.lowerBound, column: columns.sources.lowerBound)
    let shown = geometry.rows.shown.count
    switch (rows.filter, columns.filter) {
    case (nil, nil): return source
    case (nil, let across?): return filterAcross(source, rows: shown, across, into: &last)
    case (let down?, nil): return filterDown(source, columns: geometry.columns.shown.count, down, into: &last)
    case (let down?, let across?) where geometry.filtersDownFirst:
      let result = filterDown(source, columns: columns.sources.count, down, into: &middle)
      return filterAcross(result, rows: shown, across, into: &last)
    case (let down?, let across?):
      let result = filterAcross(source, rows: rows.sources.count, across, into: &middle)
      return filterDown(result, columns: across.outputs, down, into: &last)
    }
  }

  private func filterAcross(
    _ source: PixelRows, rows: Int, _ filter: ResampleFilter, into buffer: inout AlignedStorage<UInt8>
  ) -> PixelRows {
    let stride = FilterAcrossCall.targetStride(outputs: filter.outputs, channels: source.channels)
    makeRoom(in: &buffer, for: rows * stride)
    let target = PixelRows(buffer, stride: stride, channels: source.channels)
    kernels.filterAcross(FilterAcrossCall(source: source, rows: rows, filter: filter, target: target))
    return target
  }

  /// Leaves room behind its last row, so that a pass across may follow.
  private func filterDown(
    _ source: PixelRows, columns: Int, _ filter: ResampleFilter, into buffer: inout AlignedStorage<UInt8>
  ) -> PixelRows {
    let stride = columns * source.channels
    makeRoom(in: &buffer, for: filter.outputs * stride + FilterAcrossCall.slack)
    let target = PixelRows(buffer, stride: stride, channels: source.channels)
    kernels.filterDown(FilterDownCall(source: source, columns: columns, filter: filter, target: target))
    return target
  }
}
