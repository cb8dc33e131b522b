/// Changes of image files: any bytes, or chunks and segments with lengths and check sums that fit, so that decoders get
/// beyond their first look.
package enum ImageMutation {
  /// A changed file; parts of `other` may come into it.
  package static func mutate(_ original: [UInt8], other: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
    guard !random.isOne(in: 3), var file = ChunkedFile(original), !file.chunks.isEmpty else {
      return ByteMutation.mutate(original, other: other, &random)
    }
    let others = ChunkedFile(other)
    for _ in 0..<1 + random.below(3) where !file.chunks.isEmpty { change(&file, others, &random) }
    let bytes = file.bytes
    return random.isOne(in: 8) ? ByteMutation.mutate(bytes, &random) : bytes
  }

  private static func change(_ file: inout ChunkedFile, _ others: ChunkedFile?, _ random: inout FuzzRandom) {
    let place = random.below(file.chunks.count)
    switch random.below(11) {
    case 0: file.chunks.remove(at: place)
    case 1: file.chunks.insert(file.chunks[place], at: random.below(file.chunks.count + 1))
    case 2: file.chunks.swapAt(place, random.below(file.chunks.count))
    case 3: file.chunks[place].length = ByteMutation.number(&random)
    case 4: file.chunks[place].type = type(file.format, &random)
    case 5: file.chunks[place].hasWrongSum = true
    case 6:
      // A chunk of another file of the format.
      guard let others, others.format == file.format, !others.chunks.isEmpty else { return }
      let chunk = random.element(others.chunks)
      if random.isOne(in: 2) { file.chunks[place] = chunk } else { file.chunks.insert(chunk, at: place) }
    case 7 where file.format == .webp: file.length = ByteMutation.number(&random)
    case 8:
      file.chunks[place].rest = ByteMutation.mutate(file.chunks[place].rest, &random)
      file.chunks[place].content = ByteMutation.mutate(file.chunks[place].content, &random)
    default:
      guard !file.chunks[place].content.isEmpty else { return }
      // Most fields lie at the beginning of a chunk: extents, depths, counts, tables.
      let content = file.chunks[place].content
      let start = random.below(min(content.count, random.isOne(in: 3) ? content.count : 18))
      ByteMutation.write(
        ByteMutation.number(&random), width: 1 << random.below(3), at: start, isBig: file.format != .webp,
        in: &file.chunks[place].content)
    }
  }

  private static func type(_ format: ChunkedFile.Format, _ random: inout FuzzRandom) -> [UInt8] {
    switch format {
    case .png:
      Array(random.element(["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "iCCP", "zTXt", "acTL", "eXIf"]).utf8)
    case .webp: Array(random.element(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP", "EXIF"]).utf8)
    case .jpeg:
      [
        random.element([
          0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC9, 0xCA, 0xCC, 0xD0, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xE0, 0xE1, 0xEE,
          0xFE,
        ])
      ]
    }
  }
}
