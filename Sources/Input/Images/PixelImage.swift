import KernelInterface
import Tensors

/// Decoded pixels in a buffer that is kept from image to image; rows follow each other without gaps.
struct PixelImage {
  /// Columns.
  private(set) var width = 0
  /// Rows.
  private(set) var height = 0
  /// Bytes per pixel: 1 for grey; 3 for red, green and blue.
  private(set) var channels = 1
  /// The pixels, and behind them room for kernels to read beyond the last.
  private(set) var bytes = AlignedStorage<UInt8>(count: 0)

  /// Bytes of all pixels.
  var count: Int { width * height * channels }

  /// Makes room for an image that its decoder leaves in `layout`; the pixels are whatever was there.
  mutating func prepare(width: Int, height: Int, layout: ImageHeader.Layout) {
    self.width = width
    self.height = height
    channels = layout == .grey ? 1 : 3
    makeRoom(in: &bytes, for: width * height * layout.bytes + FilterAcrossCall.slack)
  }

  /// The rows from `row` on, each from `column` on.
  func rows(from row: Int, column: Int) -> PixelRows {
    PixelRows(bytes, offset: (row * width + column) * channels, stride: width * channels, channels: channels)
  }

  /// Calls `body` with the place of the first pixel, for a decoder that fills `width * height` pixels of `pixelBytes`
  /// each.
  @unsafe mutating func withPointer<Result>(pixelBytes: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Result) -> Result
  {
    precondition(bytes.count >= width * height * pixelBytes, "the image was not prepared for its decoder")
    return unsafe body(bytes.pointer)
  }

  /// Turns colour into grey by ITU-R 601 luma in 16-bit fixed point, as Pillow's `convert("L")`.
  mutating func convertToGrey() {
    guard channels == 3 else { return }
    let pixels = width * height
    precondition(bytes.count >= pixels * 3)
    let place = unsafe bytes.pointer  // everything below stays inside the count just checked
    for pixel in 0..<pixels {
      let red = unsafe UInt32(place[3 * pixel])
      let green = unsafe UInt32(place[3 * pixel + 1])
      let blue = unsafe UInt32(place[3 * pixel + 2])
      let sum = red &* 19595 &+ green &* 38470 &+ blue &* 7471 &+ 0x8000
      unsafe place[pixel] = UInt8(truncatingIfNeeded: sum >> 16)
    }
    channels = 1
  }

  /// Turns what a decoder left as inverted cyan, magenta, yellow and black (Adobe's convention) into colour, as
  /// Pillow's `convert("RGB")`.
  mutating func convertFromInvertedCMYK() {
    let pixels = width * height
    precondition(bytes.count >= pixels * 4)
    let place = unsafe bytes.pointer  // everything below stays inside the count just checked
    for pixel in 0..<pixels {
      let light = unsafe Int32(place[4 * pixel + 3])  // 255 - black
      for channel in 0..<3 {
        let product = unsafe (255 - Int32(place[4 * pixel + channel])) * light + 128
        unsafe place[3 * pixel + channel] = UInt8(clamping: light - ((product >> 8) + product) >> 8)
      }
    }
  }
}

extension ImageHeader.Layout {
  /// Bytes of a pixel as its decoder leaves it.
  fileprivate var bytes: Int {
    switch self {
    case .grey: 1
    case .color: 3
    case .invertedCMYK: 4
    }
  }
}

/// Replaces `storage` when it has less than `count` elements, or far more than are kept for reuse.
func makeRoom<Element>(in storage: inout AlignedStorage<Element>, for count: Int) {
  let retained = retainedBytes / MemoryLayout<Element>.stride
  guard storage.count < count || storage.count > max(count, retained) else { return }
  storage = AlignedStorage(count: 0)  // freed before the new one is taken
  storage = AlignedStorage(count: count)
}
