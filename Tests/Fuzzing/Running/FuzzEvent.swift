/// What a child tells of its inputs: a line each.
package enum FuzzEvent: Equatable, Sendable {
  /// The input of that number is made and tried now.
  case began(Int)
  /// It is through; seconds of processor time, bytes at most.
  case ended(Int, FuzzVerdict, seconds: Double, bytes: Int)

  /// The line, without its end.
  package var line: String {
    switch self {
    case .began(let number): "began \(number)"
    case .ended(let number, let verdict, let seconds, let bytes):
      "ended \(number) \(seconds) \(bytes) \(Self.word(verdict))"
    }
  }

  private static func word(_ verdict: FuzzVerdict) -> String {
    switch verdict {
    case .accepted: "accepted"
    case .refused: "refused"
    case .violated(let text): "violated " + text.split(whereSeparator: \.isNewline).joined(separator: " | ")
    }
  }

  /// The event that a line tells; nil for any other line.
  package init?(line: Substring) {
    let words = line.split(separator: " ", maxSplits: 5).map(String.init)
    guard words.count >= 2, let number = Int(words[1]) else { return nil }
    switch words[0] {
    case "began": self = .began(number)
    case "ended":
      guard words.count >= 5, let seconds = Double(words[2]), let bytes = Int(words[3]) else { return nil }
      let verdict: FuzzVerdict =
        switch words[4] {
        case "accepted": .accepted
        case "refused": .refused
        default: .violated(words.count > 5 ? words[5] : "")
        }
      self = .ended(number, verdict, seconds: seconds, bytes: bytes)
    default: return nil
    }
  }
}
