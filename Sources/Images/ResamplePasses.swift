/// How pixels lie in a buffer: pixel `(row, column)` of the image is at `(row - firstRow) * stride + firstColumn + column`.
struct PixelPlane {
  var stride: Int
  var firstRow: Int
  var firstColumn: Int
}

/// The first pass: filters `rows` of an image, `stride` pixels wide, along the row into the rows of `narrowed`.
func narrowRows<Pixel: ResamplePixel>(
  _ pixels: Span<Pixel>, stride: Int, rows: Range<Int>, weights: ResampleWeights,
  into narrowed: inout MutableSpan<Pixel>
) {
  let starts = weights.starts.span
  for (index, row) in rows.enumerated() {
    let source = pixels.extracting(row * stride..<(row + 1) * stride)
    let base = index * starts.count
    for column in starts.indices {
      let taps = weights.taps
      let window = source.extracting(Int(starts[column])..<Int(starts[column]) + taps)
      let factors = weights.weights.span.extracting(column * taps..<(column + 1) * taps)
      var sum = Pixel.half
      for tap in 0..<taps { sum = window[tap].added(to: sum, weight: factors[tap]) }
      narrowed[base + column] = Pixel(rounding: sum)
    }
  }
}

/// The second pass: filters one output row along the columns, or copies it where nothing is to be filtered, and normalises it into `output` from `start` on.
func finishRow<Pixel: ResamplePixel>(
  _ pixels: Span<Pixel>, _ plane: PixelPlane, shownRow: Int, width: Int, weights: ResampleWeights,
  tables: Span<NormalizationTable>, into output: inout MutableSpan<SIMD16<Float>>, from start: Int
) {
  func base(_ row: Int) -> Int { (row - plane.firstRow) * plane.stride + plane.firstColumn }
  guard !weights.isIdentity else {
    let source = pixels.extracting(
      base(weights.sources.lowerBound + shownRow)..<base(weights.sources.lowerBound + shownRow) + width)
    for column in 0..<width { output[start + column] = source[column].normalized(by: tables) }
    return
  }
  let taps = weights.taps
  let first = base(Int(weights.starts[shownRow]))
  let factors = weights.weights.span.extracting(shownRow * taps..<(shownRow + 1) * taps)
  for column in 0..<width {
    var sum = Pixel.half
    for tap in 0..<taps { sum = pixels[first + tap * plane.stride + column].added(to: sum, weight: factors[tap]) }
    output[start + column] = Pixel(rounding: sum).normalized(by: tables)
  }
}
