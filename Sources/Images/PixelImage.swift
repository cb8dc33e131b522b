/// Decoded pixels in buffers that are kept from image to image; rows follow each other without gaps.
struct PixelImage {
  /// Columns.
  private(set) var width = 0
  /// Rows.
  private(set) var height = 0
  /// Whether ``grey`` or ``color`` holds the pixels.
  private(set) var isGrey = true
  /// Grey pixels; at least `width * height` where ``isGrey``.
  var grey: [UInt8] = []
  /// Red, green, blue and a byte of no meaning; at least `width * height` where not ``isGrey``.
  var color: [SIMD4<UInt8>] = []

  /// Makes room for an image; its pixels are whatever was there.
  mutating func prepare(width: Int, height: Int, isGrey: Bool) {
    self.width = width
    self.height = height
    self.isGrey = isGrey
    if isGrey { makeRoom(in: &grey, for: width * height) } else { makeRoom(in: &color, for: width * height) }
  }

  /// Turns colour into grey by ITU-R 601 luma in 16-bit fixed point, as Pillow's `convert("L")`.
  mutating func convertToGrey() {
    guard !isGrey else { return }
    let count = width * height
    makeRoom(in: &grey, for: count)
    fillLuma(&grey, of: color, count: count)
    isGrey = true
  }

  /// Turns what a decoder left as inverted cyan, magenta, yellow and black (Adobe's convention) into colour, as Pillow's `convert("RGB")`.
  mutating func convertFromInvertedCMYK() {
    let count = width * height
    var pixels = color.mutableSpan
    for index in 0..<count { pixels[index] = colorOfInvertedCMYK(pixels[index]) }
  }
}

/// Grows `array` to `count` elements, or shrinks it when it has become much larger than what is kept for reuse.
func makeRoom<Element: Blank>(in array: inout [Element], for count: Int) {
  let retained = retainedBytes / MemoryLayout<Element>.stride
  if array.count < count || array.count > max(count, retained) {
    array = []  // freed before the new one is taken
    array = Array(repeating: Element(), count: count)
  }
}

/// A type whose `init()` is all zero bits.
protocol Blank: BitwiseCopyable { init() }
extension UInt8: Blank {}
extension Int32: Blank {}
extension SIMD4<UInt8>: Blank {}

private func fillLuma(_ grey: inout [UInt8], of color: [SIMD4<UInt8>], count: Int) {
  let source = color.span.extracting(first: count)
  var target = grey.mutableSpan
  for index in 0..<count { target[index] = luma(source[index]) }
}

private func luma(_ pixel: SIMD4<UInt8>) -> UInt8 {
  let sum = UInt32(pixel.x) &* 19595 &+ UInt32(pixel.y) &* 38470 &+ UInt32(pixel.z) &* 7471 &+ 0x8000
  return UInt8(truncatingIfNeeded: sum >> 16)
}

private func colorOfInvertedCMYK(_ pixel: SIMD4<UInt8>) -> SIMD4<UInt8> {
  let light = Int32(pixel.w)  // 255 - black
  func channel(_ inverted: UInt8) -> UInt8 {
    let product = (255 - Int32(inverted)) * light + 128
    return UInt8(clamping: light - ((product >> 8) + product) >> 8)
  }
  return SIMD4(channel(pixel.x), channel(pixel.y), channel(pixel.z), 255)
}
