import ModelFiles
import Networks
import Testing

/// Reproducible random numbers (SplitMix64).
private struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

struct MutationTests {
  /// Pieces that mean something to the readers: likelier to pass one check and meet the next than random bytes.
  private static let pieces: [[UInt8]] = [
    "0", "-1", "1", "9", "65536", "65537", "4294967296", "9223372036854775807", "18446744073709551615", "1e308", "1.5",
    "null",
    "true", "[]", "{}", "\"\"", "\\\"", "\\\\", "[[[[", "\"input\"", "\"conv\"", ",", ":", "[0,0]", "\u{0}", "\u{1B}",
    "é",
  ].map { Array($0.utf8) }

  private static func mutate(_ bytes: [UInt8], with generator: inout Generator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[at] = UInt8.random(in: 0...255, using: &generator)
      case 2: bytes.removeSubrange(at...)
      case 3: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...8, using: &generator)))
      case 4: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: at)
      default:
        let piece = pieces.randomElement(using: &generator) ?? []
        bytes.replaceSubrange(at..<min(bytes.count, at + piece.count), with: piece)
      }
    }
    return bytes
  }

  @Test("a damaged file either loads or is refused, and never ends the program", arguments: 0..<8 as Range<UInt64>)
  func damagedFiles(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var generator = Generator(state: seed)
    let original = TinyModel(rowOrder: "interleaved").bytes
    var refused = 0
    for _ in 0..<500 {
      let path = try folder.write(Self.mutate(original, with: &generator))
      do throws(ModelFileError) {
        let model = try Model.load([path])
        for variant in model.variants { #expect(variant.weights["conv.weight"]?.values.count == 18) }
        #expect(!ModelDescription(model).lines.isEmpty)
      } catch {
        #expect(!error.problem.isEmpty && !error.description.steersTerminals)
        refused += 1
      }
    }
    #expect(refused > 100)
  }

  @Test("a damaged description in a sound archive either loads or is refused", arguments: 0..<8 as Range<UInt64>)
  func damagedDescriptions(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var generator = Generator(state: 1000 + seed)
    let original = TinyModel()
    var refused = 0
    for _ in 0..<500 {
      var model = original
      model.description = String(
        decoding: Self.mutate(Array(original.description.utf8), with: &generator), as: UTF8.self)
      let path = try folder.write(model.bytes)
      do throws(ModelFileError) {
        let model = try Model.load([path])
        #expect(!ModelDescription(model).lines.contains { $0.steersTerminals })
      } catch {
        #expect(!error.problem.isEmpty && !error.description.steersTerminals)
        refused += 1
      }
    }
    #expect(refused > 100)
  }
}
