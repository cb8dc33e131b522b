import Networks

/// Where one axis of an image goes: resized, cut or surrounded by zeros, and placed in the output.
struct AxisGeometry: Sendable, Equatable {
  /// Extent in the file.
  var source: Int
  /// Extent after Resize.
  var resized: Int
  /// The positions of the resized image that the output shows.
  var shown: Range<Int>
  /// Where the first of them lies in the output; zeros lie before and after.
  var offset: Int
  /// Extent of the output.
  var output: Int

  /// Follows torchvision: Resize to `resized`, CenterCrop to `crop`, Pad by `before` and `after`.
  init(source: Int, resized: Int, crop: Int?, before: Int, after: Int) {
    let cropped = crop ?? resized
    self.source = source
    self.resized = resized
    if resized < cropped {
      shown = 0..<resized
      offset = before + (cropped - resized) / 2
    } else {
      // Python's round: halves go to the even neighbour.
      let start = Int((Double(resized - cropped) / 2).rounded(.toNearestOrEven))
      shown = start..<start + cropped
      offset = before
    }
    output = before + cropped + after
  }

  /// The place in the file that a place in the output shows, both with the centre of the first pixel at 0; outside the
  /// file where the output shows what was added around it.
  func sourcePlace(_ place: Double) -> Double {
    (place - Double(offset) + Double(shown.lowerBound) + 0.5) * Double(source) / Double(resized) - 0.5
  }
}

/// Both axes of one image under a ``Preprocessing``.
public struct PreprocessingGeometry: Sendable, Equatable {
  var rows: AxisGeometry
  var columns: AxisGeometry

  /// Whether the filter runs down the columns before it runs along the rows. The passes round between them, so the
  /// order shows in the last bit; Pillow (from version 13) chooses so when more than twice as many rows as columns go.
  var filtersDownFirst: Bool {
    let lostRows = rows.source - rows.resized
    return lostRows > 0 && lostRows > 2 * (columns.source - columns.resized)
  }

  /// The way of an image of `height` x `width` pixels.
  package init(height: Int, width: Int, preprocessing: Preprocessing) {
    let resized = Self.resized(height: height, width: width, by: preprocessing.resize)
    let padding = preprocessing.padding
    rows = AxisGeometry(
      source: height, resized: resized.height, crop: preprocessing.crop?.height, before: padding.top,
      after: padding.bottom)
    columns = AxisGeometry(
      source: width, resized: resized.width, crop: preprocessing.crop?.width, before: padding.left,
      after: padding.right)
  }

  /// The pixel of the image in its file that a pixel of the network's input shows, both with the centre of the first
  /// one at 0.
  ///
  /// Where the input shows black added around the image, the place lies outside the image. Orientation tags count for
  /// nothing, as in decoding.
  public func sourcePlace(column: Double, row: Double) -> (column: Double, row: Double) {
    (columns.sourcePlace(column), rows.sourcePlace(row))
  }

  /// The size after Resize. The longer side is `size * long / short` with the fraction dropped, as in torchvision.
  private static func resized(height: Int, width: Int, by resize: Preprocessing.Resize?) -> Extent2D {
    switch resize {
    case nil: return Extent2D(height: height, width: width)
    case .exact(let extent): return extent
    case .shorterSide(let side):
      let long = Int(Double(side * max(height, width)) / Double(min(height, width)))
      return height < width ? Extent2D(height: side, width: long) : Extent2D(height: long, width: side)
    }
  }
}

extension Preprocessing {
  /// The input's height and width where every image comes out alike (by crop or exact resize); nil where they follow
  /// the image.
  public var fixedSize: Extent2D? {
    var size = crop
    if size == nil, case .exact(let extent) = resize { size = extent }
    return size.map {
      Extent2D(height: $0.height + padding.top + padding.bottom, width: $0.width + padding.left + padding.right)
    }
  }
}
