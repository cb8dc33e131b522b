import Foundation
import Glibc

/// Faults on purpose, one after the other: what shows that each is noticed.
struct FaultFuzz: FuzzKind {
  static let name = "faults"
  static let limits = FuzzLimits(seconds: 0.2, bytes: 64 << 20)
  private static let faults = ["none", "violation", "trap", "time", "memory", "hang", "none"]

  init(folder: String) throws {}

  func input(_ random: inout FuzzRandom) -> FuzzInput {
    FuzzInput("fault", Array(Self.faults[Int(random.next() % 7)].utf8))
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    switch String(decoding: input.files[0].bytes, as: UTF8.self) {
    case "violation": return .violated("a violation on purpose")
    case "trap": fatalError("a trap on purpose")
    case "time":
      // Processor time, not the clock's.
      let end = clock() + 2 * CLOCKS_PER_SEC / 5
      while clock() < end {}
    case "memory":
      var bytes = [UInt8](repeating: 0, count: 128 << 20)
      for index in stride(from: 0, to: bytes.count, by: 4096) { bytes[index] = 1 }
      if bytes[4096] == 0 { return .refused }
    case "hang": sleep(3600)
    default: break
    }
    return .accepted
  }
}
