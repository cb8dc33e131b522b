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

  /// Writes `image` into `output`, NHWC with 16 floats for each of the positions of `geometry`'s output.
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
    let (rows, columns, table) = (geometry.rows, geometry.columns, table.values)
    let plane = plane ?? geometry.sourcePlane
    let shown = columns.offset..<columns.offset + columns.shown.count
    output.withMutableVectors { vectors in
      let (pixels, table) = (pixels.span, table.span)
      let blank = UInt8(0).normalized(by: table)
      for row in 0..<rows.output {
        let target = row * columns.output
        let shownRow = row - rows.offset
        guard shownRow >= 0, shownRow < rows.shown.count else {
          for column in 0..<columns.output { vectors[target + column] = blank }
          continue
        }
        let start = plane.index(row: rows.shown.lowerBound + shownRow, column: columns.shown.lowerBound)
        let source = pixels.extracting(start..<start + shown.count)
        for column in 0..<shown.lowerBound { vectors[target + column] = blank }
        for column in 0..<shown.count {
          vectors[target + shown.lowerBound + column] = source[column].normalized(by: table)
        }
        for column in shown.upperBound..<columns.output { vectors[target + column] = blank }
      }
    }
  }
}
