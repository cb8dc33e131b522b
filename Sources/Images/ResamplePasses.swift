/// How pixels lie in a buffer: pixel `(row, column)` of the image is at `(row - firstRow) * stride + firstColumn + column`.
struct PixelPlane {
  var stride: Int
  var firstRow: Int
  var firstColumn: Int

  func index(row: Int, column: Int = 0) -> Int { (row - firstRow) * stride + firstColumn + column }
}

/// Filters four pixels by the same weights: pixel n is the sum over `factors` of those at `start + n * apart + tap * step`.
///
/// Four at a time, because a weight is then spread over the lanes once for all four.
@inline(__always)
func filterFour<Pixel: ResamplePixel>(
  _ pixels: Span<Pixel>, start: Int, apart: Int, step: Int, factors: Span<ResampleWeight>
) -> (Pixel, Pixel, Pixel, Pixel) {
  precondition(start >= 0 && start + 3 * apart + (factors.count - 1) * step < pixels.count)
  var (upper0, upper1, upper2, upper3) = (Pixel.zero, Pixel.zero, Pixel.zero, Pixel.zero)
  var (lower0, lower1, lower2, lower3) = (Pixel.zero, Pixel.zero, Pixel.zero, Pixel.zero)
  var index = start
  for tap in factors.indices {
    let factor = factors[tap]
    // The largest of these indices was checked above, and none is below the first.
    let pixel0 = unsafe pixels[unchecked: index]
    let pixel1 = unsafe pixels[unchecked: index &+ apart]
    let pixel2 = unsafe pixels[unchecked: index &+ 2 &* apart]
    let pixel3 = unsafe pixels[unchecked: index &+ 3 &* apart]
    upper0 = pixel0.added(to: upper0, factor: factor.upper)
    upper1 = pixel1.added(to: upper1, factor: factor.upper)
    upper2 = pixel2.added(to: upper2, factor: factor.upper)
    upper3 = pixel3.added(to: upper3, factor: factor.upper)
    lower0 = pixel0.added(to: lower0, factor: factor.lower)
    lower1 = pixel1.added(to: lower1, factor: factor.lower)
    lower2 = pixel2.added(to: lower2, factor: factor.lower)
    lower3 = pixel3.added(to: lower3, factor: factor.lower)
    index &+= step
  }
  return (
    Pixel(upper: upper0, lower: lower0), Pixel(upper: upper1, lower: lower1), Pixel(upper: upper2, lower: lower2),
    Pixel(upper: upper3, lower: lower3)
  )
}

/// Filters one pixel: the sum over `factors` of those at `start + tap * step`.
@inline(__always)
func filterOne<Pixel: ResamplePixel>(
  _ pixels: Span<Pixel>, start: Int, step: Int, factors: Span<ResampleWeight>
) -> Pixel {
  var (upper, lower) = (Pixel.zero, Pixel.zero)
  for tap in factors.indices {
    let pixel = pixels[start + tap * step]
    upper = pixel.added(to: upper, factor: factors[tap].upper)
    lower = pixel.added(to: lower, factor: factors[tap].lower)
  }
  return Pixel(upper: upper, lower: lower)
}

/// The first pass: filters `rows` of an image, `stride` pixels wide, along the row into the rows of `narrowed`.
func narrowRows<Pixel: ResamplePixel>(
  _ pixels: Span<Pixel>, stride: Int, rows: Range<Int>, weights: ResampleWeights,
  into narrowed: inout MutableSpan<Pixel>
) {
  let (starts, taps, width) = (weights.starts.span, weights.taps, weights.starts.count)
  let fours = rows.count / 4 * 4
  for block in Swift.stride(from: 0, to: fours, by: 4) {
    for column in 0..<width {
      let factors = weights.weights.span.extracting(column * taps..<(column + 1) * taps)
      let start = (rows.lowerBound + block) * stride + starts[column]
      let four = filterFour(pixels, start: start, apart: stride, step: 1, factors: factors)
      let target = block * width + column
      narrowed[target] = four.0
      narrowed[target + width] = four.1
      narrowed[target + 2 * width] = four.2
      narrowed[target + 3 * width] = four.3
    }
  }
  for row in fours..<rows.count {
    for column in 0..<width {
      let factors = weights.weights.span.extracting(column * taps..<(column + 1) * taps)
      let start = (rows.lowerBound + row) * stride + starts[column]
      narrowed[row * width + column] = filterOne(pixels, start: start, step: 1, factors: factors)
    }
  }
}

/// The second pass: filters one output row along the columns and normalises it into `output` from `target` on.
func finishRow<Pixel: ResamplePixel>(
  _ pixels: Span<Pixel>, _ plane: PixelPlane, shownRow: Int, width: Int, weights: ResampleWeights,
  table: Span<Float>, into output: inout MutableSpan<SIMD16<Float>>, at target: Int
) {
  let taps = weights.taps
  let first = plane.index(row: weights.starts[shownRow])
  let factors = weights.weights.span.extracting(shownRow * taps..<(shownRow + 1) * taps)
  let fours = width / 4 * 4
  for column in stride(from: 0, to: fours, by: 4) {
    let four = filterFour(pixels, start: first + column, apart: 1, step: plane.stride, factors: factors)
    output[target + column] = four.0.normalized(by: table)
    output[target + column + 1] = four.1.normalized(by: table)
    output[target + column + 2] = four.2.normalized(by: table)
    output[target + column + 3] = four.3.normalized(by: table)
  }
  for column in fours..<width {
    let pixel = filterOne(pixels, start: first + column, step: plane.stride, factors: factors)
    output[target + column] = pixel.normalized(by: table)
  }
}

/// In place of the second pass where rows keep their extent: normalises one row of `width` pixels from `source` on.
func copyRow<Pixel: ResamplePixel>(
  _ pixels: Span<Pixel>, from source: Int, width: Int, table: Span<Float>,
  into output: inout MutableSpan<SIMD16<Float>>, at target: Int
) {
  let row = pixels.extracting(source..<source + width)
  for column in 0..<width { output[target + column] = row[column].normalized(by: table) }
}
