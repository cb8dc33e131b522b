/// The passes of one Resize, with buffers for what they leave.
struct ResampleStages<Pixel: ResamplePixel> {
  private var first: [Pixel] = []
  private var second: [Pixel] = []
  private var usesSecond = false

  /// What the last ``run(_:_:_:_:)`` left; its lead lies on the plane that `run` returned.
  var result: [Pixel] { usesSecond ? second : first }

  /// Resizes `pixels` to what `geometry` shows; nil where the size stays, so that `pixels` are themselves the result.
  mutating func run(
    _ pixels: [Pixel], _ geometry: PreprocessingGeometry, _ rowWeights: ResampleWeights,
    _ columnWeights: ResampleWeights
  ) -> PixelPlane? {
    let (source, shown) = (geometry.sourcePlane, geometry.shownPlane)
    usesSecond = !rowWeights.isIdentity && !columnWeights.isIdentity
    if rowWeights.isIdentity && columnWeights.isIdentity { return nil }
    if rowWeights.isIdentity {
      across(pixels, source, columnWeights, into: &first, shown)
    } else if columnWeights.isIdentity {
      down(pixels, source, rowWeights, into: &first, shown)
    } else if geometry.filtersDownFirst {
      let middle = PixelPlane(rows: shown.rows, columns: columnWeights.sources)
      down(pixels, source, rowWeights, into: &first, middle)
      across(first, middle, columnWeights, into: &second, shown)
    } else {
      let middle = PixelPlane(rows: rowWeights.sources, columns: shown.columns)
      across(pixels, source, columnWeights, into: &first, middle)
      down(first, middle, rowWeights, into: &second, shown)
    }
    return shown
  }
}

private func across<Pixel: ResamplePixel>(
  _ source: [Pixel], _ plane: PixelPlane, _ weights: ResampleWeights, into target: inout [Pixel],
  _ targetPlane: PixelPlane
) {
  makeRoom(in: &target, for: targetPlane.count)
  var room = target.mutableSpan
  filterAcross(source.span, plane, weights: weights, into: &room, targetPlane)
}

private func down<Pixel: ResamplePixel>(
  _ source: [Pixel], _ plane: PixelPlane, _ weights: ResampleWeights, into target: inout [Pixel],
  _ targetPlane: PixelPlane
) {
  makeRoom(in: &target, for: targetPlane.count)
  var room = target.mutableSpan
  filterDown(source.span, plane, weights: weights, into: &room, targetPlane)
}
