/// What a file that is not a safetensors archive may be instead, told by its first bytes.
struct ForeignFormat {
  /// "a PNG image" and so on.
  let description: String

  private static let known: [(start: [UInt8], description: String)] = [
    ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "a PNG image"),
    ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    (Array("RIFF".utf8), "a RIFF file (a WebP image?)"),
    (Array("PK\u{3}\u{4}".utf8), "a ZIP archive (a PyTorch checkpoint? Save it with safetensors.torch.save_file)"),
    ([0x80, 0x02, 0x8A], "a Python pickle (a PyTorch checkpoint? Save it with safetensors.torch.save_file)"),
    ([0x1F, 0x8B], "a gzip file"),
    (Array("GGUF".utf8), "a GGUF file"),
    ([0x89] + Array("HDF".utf8), "an HDF5 file"),
    (Array("\u{7F}ELF".utf8), "a program"),
  ]

  /// Nil when the first bytes are none of the known ones, or when they could as well open an archive: its byte 8 is
  /// `{`.
  init?(start: [UInt8]) {
    if start.count > 8, start[8] == UInt8(ascii: "{") { return nil }
    guard let match = Self.known.first(where: { start.starts(with: $0.start) }) else { return nil }
    description = match.description
  }
}
