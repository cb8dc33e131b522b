/// How a part of an image lies in a buffer: rows of `columns` from row `rows.lowerBound` on, without gaps.
struct PixelPlane {
  var rows: Range<Int>
  var columns: Range<Int>

  var count: Int { rows.count * columns.count }
  /// From one row to the next.
  var stride: Int { columns.count }

  func index(row: Int, column: Int) -> Int {
    (row - rows.lowerBound) * stride + column - columns.lowerBound
  }
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

/// Filters along the rows: `target`, which lies on `targetPlane`, receives the weighted columns of the same rows of `source`.
func filterAcross<Pixel: ResamplePixel>(
  _ source: Span<Pixel>, _ plane: PixelPlane, weights: ResampleWeights, into target: inout MutableSpan<Pixel>,
  _ targetPlane: PixelPlane
) {
  let (starts, taps, width) = (weights.starts.span, weights.taps, targetPlane.stride)
  let (first, count) = (targetPlane.rows.lowerBound, targetPlane.rows.count)
  let fours = count / 4 * 4
  for block in stride(from: 0, to: fours, by: 4) {
    for column in 0..<width {
      let factors = weights.weights.span.extracting(column * taps..<(column + 1) * taps)
      let start = plane.index(row: first + block, column: starts[column])
      let four = filterFour(source, start: start, apart: plane.stride, step: 1, factors: factors)
      let place = block * width + column
      target[place] = four.0
      target[place + width] = four.1
      target[place + 2 * width] = four.2
      target[place + 3 * width] = four.3
    }
  }
  for row in fours..<count {
    for column in 0..<width {
      let factors = weights.weights.span.extracting(column * taps..<(column + 1) * taps)
      let start = plane.index(row: first + row, column: starts[column])
      target[row * width + column] = filterOne(source, start: start, step: 1, factors: factors)
    }
  }
}

/// Filters down the columns: `target`, which lies on `targetPlane`, receives the weighted rows of the same columns of `source`.
func filterDown<Pixel: ResamplePixel>(
  _ source: Span<Pixel>, _ plane: PixelPlane, weights: ResampleWeights, into target: inout MutableSpan<Pixel>,
  _ targetPlane: PixelPlane
) {
  let (taps, width) = (weights.taps, targetPlane.stride)
  let fours = width / 4 * 4
  for row in 0..<targetPlane.rows.count {
    let factors = weights.weights.span.extracting(row * taps..<(row + 1) * taps)
    let first = plane.index(row: weights.starts[row], column: targetPlane.columns.lowerBound)
    let place = row * width
    for column in stride(from: 0, to: fours, by: 4) {
      let four = filterFour(source, start: first + column, apart: 1, step: plane.stride, factors: factors)
      target[place + column] = four.0
      target[place + column + 1] = four.1
      target[place + column + 2] = four.2
      target[place + column + 3] = four.3
    }
    for column in fours..<width {
      target[place + column] = filterOne(source, start: first + column, step: plane.stride, factors: factors)
    }
  }
}
