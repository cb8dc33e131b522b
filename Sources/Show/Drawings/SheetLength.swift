/// A length on paper as a user writes it: `160mm`, `8.4cm`, `6.3in`, `455pt`.
public struct SheetLength: Sendable, Equatable, CustomStringConvertible {
  /// In millimetres.
  public let millimeters: Double

  /// A length in millimetres.
  public init(millimeters: Double) { self.millimeters = millimeters }

  /// Nil where that is no number with one of the four units, a number alone included: it could be any of them.
  public init?(_ text: String) {
    let units: [(name: String, millimeters: Double)] = [("mm", 1), ("cm", 10), ("in", 25.4), ("pt", 25.4 / 72)]
    guard let unit = units.first(where: { text.lowercased().hasSuffix($0.name) }),
      let number = Double(text.dropLast(2)), number.isFinite, text.dropLast(2).allSatisfy({ $0.isNumber || $0 == "." })
    else { return nil }
    millimeters = number * unit.millimeters
  }

  /// `160mm`.
  public var description: String {
    (millimeters == millimeters.rounded() ? "\(Int(millimeters))" : "\(millimeters)") + "mm"
  }
}
