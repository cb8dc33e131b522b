import Networks
import Tensors

/// Turns decoded pixels into a network's input, equal to torchvision on Pillow images bit by bit. One per worker.
///
/// Like Pillow it filters along one axis, rounds to 8 bits, then filters along the other; only what the crop shows is computed.
struct Preprocessor {
  private let table: NormalizationTable
  private var rowWeights = ResampleWeights()
  private var columnWeights = ResampleWeights()
  private var greyStages = ResampleStages<UInt8>()
  private var colorStages = ResampleStages<SIMD4<UInt8>>()

  init(_ preprocessing: Preprocessing) {
    precondition([1, 3].contains(preprocessing.channels), "an image has 1 or 3 channels")
    table = NormalizationTable(preprocessing)
  }

  /// Writes `image` into `output`, the positions of `geometry`'s output with their channels and nothing between them.
  mutating func process(_ image: PixelImage, geometry: PreprocessingGeometry, into output: TensorSlice) {
    rowWeights.prepare(for: geometry.rows)
    columnWeights.prepare(for: geometry.columns)
    if image.isGrey {
      let plane = greyStages.run(image.grey, geometry, rowWeights, columnWeights)
      normalize(plane == nil ? image.grey : greyStages.result, plane, geometry, into: output)
    } else {
      let plane = colorStages.run(image.color, geometry, rowWeights, columnWeights)
      normalize(plane == nil ? image.color : colorStages.result, plane, geometry, into: output)
    }
  }

  /// Fills the whole output: the shown pixels, which lie on `plane` (nil for that of the whole image), and zeros around them.
  private func normalize<Pixel: ResamplePixel>(
    _ pixels: [Pixel], _ plane: PixelPlane?, _ geometry: PreprocessingGeometry, into output: TensorSlice
  ) {
    let (rows, columns, channels, values) = (geometry.rows, geometry.columns, table.channels, table.values)
    let plane = plane ?? geometry.sourcePlane
    let shown = columns.offset..<columns.offset + columns.shown.count
    output.withMutableSpan { floats in
      let (pixels, table) = (pixels.span, values.span)
      let blank = UInt8(0).normalized(by: table)
      func write(_ value: (Float, Float, Float), at position: Int, _ floats: inout MutableSpan<Float>) {
        floats[position * channels] = value.0
        guard channels == 3 else { return }
        floats[position * 3 + 1] = value.1
        floats[position * 3 + 2] = value.2
      }
      for row in 0..<rows.output {
        let target = row * columns.output
        let shownRow = row - rows.offset
        guard shownRow >= 0, shownRow < rows.shown.count else {
          for column in 0..<columns.output { write(blank, at: target + column, &floats) }
          continue
        }
        let start = plane.index(row: rows.shown.lowerBound + shownRow, column: columns.shown.lowerBound)
        let source = pixels.extracting(start..<start + shown.count)
        for column in 0..<shown.lowerBound { write(blank, at: target + column, &floats) }
        for column in 0..<shown.count {
          write(source[column].normalized(by: table), at: target + shown.lowerBound + column, &floats)
        }
        for column in shown.upperBound..<columns.output { write(blank, at: target + column, &floats) }
      }
    }
  }
}
