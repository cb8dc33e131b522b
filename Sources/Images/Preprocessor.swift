import Networks
import Tensors

/// Turns decoded pixels into a network's input, equal to torchvision on Pillow images bit by bit. One per worker.
///
/// Like Pillow it filters along the rows first, rounds to 8 bits, then filters along the columns; only what the crop shows is computed.
struct Preprocessor {
  let preprocessing: Preprocessing
  private let table: NormalizationTable
  private var rowWeights = ResampleWeights()
  private var columnWeights = ResampleWeights()
  /// Rows after the first pass, in the two kinds of pixels.
  private var narrowedGrey: [UInt8] = []
  private var narrowedColor: [SIMD4<UInt8>] = []

  init(_ preprocessing: Preprocessing) {
    precondition([1, 3].contains(preprocessing.channels), "an image has 1 or 3 channels")
    self.preprocessing = preprocessing
    table = NormalizationTable(preprocessing)
  }

  /// Writes `image` into `output`, NHWC with 16 floats for each of the positions of `geometry`'s output.
  mutating func process(_ image: PixelImage, geometry: PreprocessingGeometry, into output: TensorSlice) {
    rowWeights.prepare(for: geometry.rows)
    columnWeights.prepare(for: geometry.columns)
    var (grey, color) = (take(&narrowedGrey), take(&narrowedColor))
    output.withMutableVectors { vectors in
      if image.isGrey {
        process(image.grey, geometry, narrowed: &grey, into: &vectors)
      } else {
        process(image.color, geometry, narrowed: &color, into: &vectors)
      }
    }
    (narrowedGrey, narrowedColor) = (grey, color)
  }

  private func process<Pixel: ResamplePixel>(
    _ pixels: [Pixel], _ geometry: PreprocessingGeometry, narrowed: inout [Pixel],
    into output: inout MutableSpan<SIMD16<Float>>
  ) {
    let columns = geometry.columns
    guard !columnWeights.isIdentity else {
      let plane = PixelPlane(stride: columns.source, firstRow: 0, firstColumn: columns.shown.lowerBound)
      return finish(pixels.span, plane, geometry, into: &output)
    }
    let (width, rows) = (columns.shown.count, rowWeights.sources)
    makeRoom(in: &narrowed, for: rows.count * width)
    var room = narrowed.mutableSpan
    narrowRows(pixels.span, stride: columns.source, rows: rows, weights: columnWeights, into: &room)
    finish(
      narrowed.span, PixelPlane(stride: width, firstRow: rows.lowerBound, firstColumn: 0), geometry, into: &output)
  }

  /// Fills the whole output: the shown rows by the second pass, zeros around them.
  private func finish<Pixel: ResamplePixel>(
    _ pixels: Span<Pixel>, _ plane: PixelPlane, _ geometry: PreprocessingGeometry,
    into output: inout MutableSpan<SIMD16<Float>>
  ) {
    let (rows, columns) = (geometry.rows, geometry.columns)
    let blank = UInt8(0).normalized(by: table.values.span)
    for row in 0..<rows.output {
      let start = row * columns.output
      let shownRow = row - rows.offset
      guard shownRow >= 0, shownRow < rows.shown.count else {
        for column in 0..<columns.output { output[start + column] = blank }
        continue
      }
      let shown = columns.offset..<columns.offset + columns.shown.count
      for column in 0..<shown.lowerBound { output[start + column] = blank }
      if rowWeights.isIdentity {
        let source = plane.index(row: rows.shown.lowerBound + shownRow)
        copyRow(
          pixels, from: source, width: shown.count, table: table.values.span, into: &output,
          at: start + shown.lowerBound)
      } else {
        finishRow(
          pixels, plane, shownRow: shownRow, width: shown.count, weights: rowWeights, table: table.values.span,
          into: &output, at: start + shown.lowerBound)
      }
      for column in shown.upperBound..<columns.output { output[start + column] = blank }
    }
  }
}

/// Moves an array out, so that changing it copies nothing.
private func take<Element>(_ array: inout [Element]) -> [Element] {
  let taken = array
  array = []
  return taken
}
