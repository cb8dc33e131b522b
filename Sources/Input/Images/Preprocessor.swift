import KernelInterface
import Networks
import Tensors

/// Turns decoded pixels into a network's input, equal to torchvision on Pillow images bit by bit. One per worker.
///
/// Like Pillow it filters along one axis, rounds to 8 bits, then filters along the other; only what the crop shows is
/// computed.
struct Preprocessor {
  private let table: NormalizationTable
  private let kernels: ImageKernels
  private var rowWeights: ResampleWeights
  private var columnWeights: ResampleWeights
  private var stages: ResampleStages

  init(_ preprocessing: Preprocessing, kernels: ImageKernels) {
    precondition([1, 3].contains(preprocessing.channels), "an image has 1 or 3 channels")
    table = NormalizationTable(preprocessing)
    let shape = ResampleShape(preprocessing.interpolation)
    rowWeights = ResampleWeights(shape)
    columnWeights = ResampleWeights(shape)
    stages = ResampleStages(kernels: kernels)
    self.kernels = kernels
  }

  /// Writes `image` into `output`, the positions of `geometry`'s output with their channels and nothing between them.
  mutating func process(_ image: PixelImage, geometry: PreprocessingGeometry, into output: TensorSlice) {
    rowWeights.prepare(for: geometry.rows)
    columnWeights.prepare(for: geometry.columns)
    let shown = stages.run(image, geometry, rows: rowWeights, columns: columnWeights)
    let (rows, columns, channels) = (geometry.rows, geometry.columns, table.channels)
    if rows.shown.count < rows.output || columns.shown.count < columns.output {
      fillAround(rows: rows, columns: columns, output)
    }
    let first = (rows.offset * columns.output + columns.offset) * channels
    kernels.normalize(
      NormalizeCall(
        source: shown, rows: rows.shown.count, columns: columns.shown.count, table: table.values,
        scaling: table.scaling, channels: channels, output: output[first..<output.count],
        outputStride: columns.output * channels))
  }

  /// Black pixels around the image.
  private func fillAround(rows: AxisGeometry, columns: AxisGeometry, _ output: TensorSlice) {
    let black = (0..<table.channels).map { table.values[$0 * NormalizeCall.levels] }
    func fill(_ positions: Range<Int>) {
      for position in positions {
        for (channel, value) in black.enumerated() { output[position * black.count + channel] = value }
      }
    }
    for row in 0..<rows.output {
      let start = row * columns.output
      if rows.shown.isEmpty || !(rows.offset..<rows.offset + rows.shown.count).contains(row) {
        fill(start..<start + columns.output)
      } else {
        fill(start..<start + columns.offset)
        fill(start + columns.offset + columns.shown.count..<start + columns.output)
      }
    }
  }
}
