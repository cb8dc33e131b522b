/// What the markers of a JPEG file say about it as a whole, whether its content is valid or not.
struct JPEGMarkers {
  /// Passes over the pixels.
  private(set) var scans = 0
  /// Whether the marker that ends an image comes; not looked for behind a single scan.
  private(set) var hasEnd = false

  /// Reads the markers of a whole file; where one scan has it all and only the number of scans is of interest, not what
  /// follows.
  init(_ bytes: ArraySlice<UInt8>, forScans: Bool = false) {
    var (position, isOneScan, components) = (bytes.startIndex + 2, false, 0)
    while position + 1 < bytes.endIndex {
      let marker = bytes[position + 1]
      guard bytes[position] == 0xFF, marker != 0, marker != 0xFF, !(0xD0...0xD7).contains(marker) else {
        // Entropy-coded data, fill bytes, restart markers: on to the next byte that may begin a marker.
        guard let next = bytes[(position + 1)...].firstIndex(of: 0xFF) else { return }
        position = next
        continue
      }
      if marker == 0xD9 {
        hasEnd = true
        return
      }
      guard marker != 0xD8, marker != 1 else {
        position += 2
        continue
      }
      guard position + 9 < bytes.endIndex else { return }
      let length = Int(bytes[position + 2]) << 8 + Int(bytes[position + 3])
      switch marker {
      case 0xC0, 0xC1:
        isOneScan = true
        components = Int(bytes[position + 9])
      case 0xC2, 0xCA: isOneScan = false
      case 0xDA:
        scans += 1
        if forScans, isOneScan, bytes[position + 4] == components { return }
      default: break
      }
      position += 2 + length
    }
  }
}
