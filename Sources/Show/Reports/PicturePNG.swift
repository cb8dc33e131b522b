import Drawings
import Figures

/// A picture as a PNG file of true colours: its bytes follow from the picture alone, on every machine.
enum PicturePNG {
  static func bytes(_ picture: Picture) -> [UInt8] {
    let length = 3 * picture.width + 1
    var rows: [UInt8] = []
    rows.reserveCapacity(length * picture.height)
    for row in 0..<picture.height {
      rows.append(0)
      for pixel in picture.pixels[row * picture.width..<(row + 1) * picture.width] {
        rows += [pixel.red, pixel.green, pixel.blue]
      }
    }
    let header =
      IndexedPNG.bigEndian(UInt32(picture.width)) + IndexedPNG.bigEndian(UInt32(picture.height)) + [8, 2, 0, 0, 0]
    return IndexedPNG.signature + IndexedPNG.chunk("IHDR", header)
      + IndexedPNG.chunk("IDAT", Deflate.zlib(rows, rowLength: length)) + IndexedPNG.chunk("IEND", [])
  }
}
