/// Changes of CSV tables: fields, lines and columns, or any bytes.
package enum TableMutation {
  private static let fields: [[UInt8]] = [
    "", "0", "-0", "-1", "1", "nan", "inf", "-inf", "1e308", "1e-320", "1e999", "0x1p4", "0.1", "9007199254740993",
    "9223372036854775808", "18446744073709551615", "18446744073709551616", "\"", "\"\"", "\"a,b\"", "\"\n\"", "a\"b",
    "\u{1B}[2J", "e\u{301}", "\u{FEFF}", "A1", "block",
  ].map { Array($0.utf8) }

  /// One to three changes.
  package static func mutate(_ original: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
    guard !random.isOne(in: 4) else { return ByteMutation.mutate(original, &random) }
    var lines = original.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(Array.init)
    }
    for _ in 0..<1 + random.below(3) { change(&lines, &random) }
    return Array(lines.map { Array($0.joined(separator: [UInt8(ascii: ",")])) }.joined(separator: [UInt8(ascii: "\n")]))
  }

  private static func change(_ lines: inout [[[UInt8]]], _ random: inout FuzzRandom) {
    guard !lines.isEmpty else { return }
    let line = random.below(lines.count)
    guard !lines[line].isEmpty else { return }
    let field = random.below(lines[line].count)
    switch random.below(9) {
    case 0...2: lines[line][field] = random.element(fields)
    case 3: lines[line][field] = Array("\(ByteMutation.number(&random))".utf8)
    case 4: lines[line][field] = ByteMutation.mutate(lines[line][field], &random)
    case 5: lines.remove(at: line)
    case 6: lines.insert(lines[line], at: random.below(lines.count + 1))
    case 7:
      let other = random.below(lines.count)
      guard lines[other].indices.contains(field) else { return }
      lines[line][field] = lines[other][field]
    default:
      for index in lines.indices where lines[index].indices.contains(field) { lines[index].remove(at: field) }
    }
  }
}
