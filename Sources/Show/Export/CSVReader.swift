import PlainText

/// Reads what ``CSV`` writes, a row at a time: a header, as many fields in every row, quotes as in RFC 4180, a line
/// feed at the end.
package struct CSVReader {
  /// Why a text is no such table.
  package struct Failure: Error, Equatable, CustomStringConvertible {
    /// The line, from 1.
    package let line: Int
    /// What was expected and what came.
    package let problem: String

    package init(line: Int, problem: String) {
      self.line = line
      self.problem = problem
    }

    /// `line 3: ...`.
    package var description: String { "line \(line): \(problem)" }
  }

  /// The header.
  package private(set) var columns: [String] = []
  private let bytes: [UInt8]
  private var position = 0
  /// The line that the current row begins in, and the one behind it.
  private var line = 0
  private var nextLine = 1
  /// Where the current row's fields lie, their quotes included.
  private var fields: [Range<Int>] = []

  /// Reads the header.
  package init(_ bytes: [UInt8]) throws(Failure) {
    self.bytes = bytes
    guard !bytes.isEmpty else { throw Failure(line: 1, problem: "expected a header, but the file is empty") }
    try readFields()
    columns = fields.indices.map { text($0) }
  }

  /// Goes to the next row; false at the end.
  package mutating func next() throws(Failure) -> Bool {
    guard position < bytes.count else { return false }
    try readFields()
    guard fields.count == columns.count else {
      throw failure("expected \(columns.count) fields, but there are \(fields.count)")
    }
    return true
  }

  /// The place of a column.
  package func column(_ name: String) throws(Failure) -> Int {
    guard let index = columns.firstIndex(of: name) else {
      throw Failure(line: 1, problem: "expected a column \(name)")
    }
    return index
  }

  /// A field's text.
  package func text(_ column: Int) -> String {
    let field = bytes[fields[column]]
    guard field.first == Self.quote else { return String(decoding: field, as: UTF8.self) }
    // Every quote inside is written twice.
    var text: [UInt8] = []
    var inner = field.dropFirst().dropLast()[...]
    while let byte = inner.popFirst() {
      text.append(byte)
      if byte == Self.quote { inner.removeFirst() }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A field's number; nil for an empty field.
  package func number(_ column: Int) throws(Failure) -> Double? {
    let text = text(column)
    guard !text.isEmpty else { return nil }
    guard let number = Double(text), number.isFinite else { throw wrong(column, "a number") }
    return number
  }

  /// A field's whole number.
  package func count(_ column: Int) throws(Failure) -> UInt64 {
    guard let count = UInt64(text(column)) else { throw wrong(column, "a whole number") }
    return count
  }

  /// What is wrong with the current row.
  package func failure(_ problem: String) -> Failure { Failure(line: line, problem: problem) }

  /// The bytes of some fields beside each other, for comparison with other rows'.
  func raw(_ columns: ClosedRange<Int>) -> ArraySlice<UInt8> {
    bytes[fields[columns.lowerBound].lowerBound..<fields[columns.upperBound].upperBound]
  }

  private func wrong(_ column: Int, _ expected: String) -> Failure {
    failure("expected \(expected) as \(columns[column]), but it is \(text(column).quoted)")
  }

  private static let quote = UInt8(ascii: "\"")

  private mutating func readFields() throws(Failure) {
    fields.removeAll(keepingCapacity: true)
    line = nextLine
    while true {
      let start = position
      try skipField()
      fields.append(start..<position)
      guard position < bytes.count else { throw failure("the file ends within the line") }
      defer { position += 1 }
      if bytes[position] == UInt8(ascii: "\n") {
        nextLine += 1
        return
      }
    }
  }

  /// Goes to the comma or line feed behind a field.
  private mutating func skipField() throws(Failure) {
    let isQuoted = position < bytes.count && bytes[position] == Self.quote
    if isQuoted {
      position += 1
      while true {
        guard position < bytes.count else { throw failure("the file ends within quotes") }
        let byte = bytes[position]
        position += 1
        if byte == UInt8(ascii: "\n") { nextLine += 1 }
        guard byte == Self.quote else { continue }
        guard position < bytes.count, bytes[position] == Self.quote else { break }
        position += 1
      }
    }
    while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "\n") {
      if isQuoted || bytes[position] == Self.quote { throw failure("a quote stands in the middle of a field") }
      position += 1
    }
  }
}
