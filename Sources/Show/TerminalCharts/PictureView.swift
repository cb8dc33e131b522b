import Figures
import Terminal

/// A picture in half blocks, as large as a rectangle allows, with a map of positions over it.
package struct PictureView: Sendable {
  /// Numbers at the positions of a feature map that lies over the picture.
  package struct Overlay: Sendable, Equatable {
    /// Rows of the map.
    package var height: Int
    /// Columns of the map.
    package var width: Int
    /// How far each position stands out, 0...1, row by row.
    package var weights: [Double]

    package init(height: Int, width: Int, weights: [Double]) {
      (self.height, self.width, self.weights) = (height, width, weights)
    }
  }

  package var picture: Picture
  package var overlay: Overlay?

  package init(_ picture: Picture, overlay: Overlay? = nil) { (self.picture, self.overlay) = (picture, overlay) }

  /// Cells that it takes of a rectangle: a half cell is about as high as wide.
  package func size(in rect: CellRect) -> CellSize {
    guard picture.width > 0, picture.height > 0, !rect.isEmpty else { return CellSize(columns: 0, rows: 0) }
    let scale = min(
      Double(rect.width) / Double(picture.width), 2 * Double(rect.height) / Double(picture.height))
    return CellSize(
      columns: max(1, Int(Double(picture.width) * scale)), rows: max(1, Int(Double(picture.height) * scale / 2)))
  }

  /// Draws it in the rectangle's upper left corner.
  package func draw(in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) {
    let size = size(in: rect)
    let halves = capabilities.drawsColorBlocks ? 2 : 1
    let raster = picture.resized(width: size.columns, height: size.rows * halves)
    guard raster.height > 0 else { return }
    for row in 0..<size.rows {
      for column in 0..<size.columns {
        let place = (rect.x + column, rect.y + row)
        if halves == 1 {
          let color = color(raster, column, row)
          buffer[place.0, place.1] = Cell(Self.character(color.color), color.weight > 0.5 ? .bold : .standard)
        } else {
          let (upper, lower) = (color(raster, column, 2 * row).color, color(raster, column, 2 * row + 1).color)
          buffer[place.0, place.1] = Cell("▀", CellStyle(foreground: Self.cell(upper), background: Self.cell(lower)))
        }
      }
    }
  }

  /// A pixel's colour under the overlay, and how far it stands out.
  private func color(_ raster: Picture, _ column: Int, _ row: Int) -> (color: PictureColor, weight: Double) {
    let own = raster.pixels[row * raster.width + column]
    guard let overlay, overlay.height > 0, overlay.width > 0 else { return (own, 0) }
    let position = row * overlay.height / raster.height * overlay.width + column * overlay.width / raster.width
    let weight = min(max(overlay.weights[position], 0), 1)
    func mixed(_ base: UInt8, _ tint: Double) -> UInt8 {
      UInt8(min(255, Double(base) * (1 - 0.75 * weight) + tint * 0.75 * weight))
    }
    return (
      PictureColor(red: mixed(own.red, 255), green: mixed(own.green, 140), blue: mixed(own.blue, 0)), weight
    )
  }

  private static func cell(_ color: PictureColor) -> CellColor {
    .rgb(red: color.red, green: color.green, blue: color.blue)
  }

  /// A grey level as a character, for terminals without a palette.
  private static func character(_ color: PictureColor) -> Unicode.Scalar {
    let luma = (299 * Int(color.red) + 587 * Int(color.green) + 114 * Int(color.blue)) / 1000
    return DensityColors.characters[luma * (DensityColors.characters.count - 1) / 255]
  }
}
