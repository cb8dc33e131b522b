import Images
import PlainText
import Statistics

/// The list of images that were left out, as standard error gets it: of many with one reason only the first.
struct SkippedList {
  /// Lines for each kind of reason, and kinds.
  private static let mostLines = 5
  private static let mostKinds = 10

  /// The lines, without line ends.
  let lines: [String]

  /// Lists images in their order. Reasons that differ in numbers alone are of one kind.
  init(_ skipped: [(path: String, reason: String)]) {
    var kinds: [String: [(path: String, reason: String)]] = [:]
    var order: [String] = []
    for image in skipped {
      let kind = image.reason.filter { !$0.isNumber }
      if kinds[kind] == nil { order.append(kind) }
      kinds[kind, default: []].append(image)
    }
    var lines: [String] = []
    for kind in order.prefix(Self.mostKinds) {
      let images = kinds[kind] ?? []
      lines += images.prefix(Self.mostLines).map { "skipped \($0.path.escaped): \($0.reason.escaped)" }
      let more = images.count - Self.mostLines
      if more > 0 { lines.append("skipped \(Digits.grouped(more)) more, the like of \(images[0].reason.escaped)") }
    }
    let others = order.dropFirst(Self.mostKinds).reduce(0) { $0 + (kinds[$1]?.count ?? 0) }
    if others > 0 {
      lines.append("skipped \(Digits.grouped(others)) more for \(order.count - Self.mostKinds) other reasons")
    }
    self.lines = lines
  }

  /// Lists images of `items`, all of a source's or the first ones.
  init(_ skipped: [SkippedImage], of items: [ImageItem]) {
    self.init(skipped.map { (items[$0.ordinal].path, $0.reason) })
  }

  /// Prints the list on standard error.
  func show() { for line in lines { Console.note(line) } }
}
