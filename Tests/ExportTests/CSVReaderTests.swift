import Export
import Figures
import Testing

private func fields(_ text: String) throws -> [[String]] {
  var reader = try CSVReader(Array(text.utf8))
  var rows = [reader.columns]
  while try reader.next() { rows.append(reader.columns.indices.map { reader.text($0) }) }
  return rows
}

private func failure(_ text: String) -> String? {
  do {
    _ = try fields(text)
    return nil
  } catch {
    return "\(error)"
  }
}

@Test("What is written reads back, whatever the cells hold")
func csvRoundTrip() throws {
  let texts = [
    "", "plain", "a,b", "\"", "\"\"", "say \"so\"", "two\nlines", "\r\n", " edge ", "é漢🙂", ",", "\n", "\"quoted\"",
  ]
  var table = CSV(columns: ["first", "second \"column\"", "third"])
  var expected = [["first", "second \"column\"", "third"]]
  for (index, text) in texts.enumerated() {
    let row = [text, texts[(index * 5 + 1) % texts.count], texts[(index * 7 + 2) % texts.count]]
    table.append(row: row.map(Table.Cell.text))
    expected.append(row)
  }
  #expect(try fields(String(decoding: table.bytes, as: UTF8.self)) == expected)
}

@Test("Numbers come back bit for bit, and nothing as nothing")
func csvNumbers() throws {
  let numbers = [0, -0.0, 0.1, 1.0 / 3, -4, .leastNonzeroMagnitude, 1.7976931348623157e308, 123_456_789.125]
  var table = CSV(columns: ["number", "count"])
  for number in numbers { table.append(row: [.number(number), .count(.max)]) }
  table.append(row: [.absent, .integer(7)])
  var reader = try CSVReader(table.bytes)
  for number in numbers {
    #expect(try reader.next())
    #expect(try reader.number(0)?.bitPattern == number.bitPattern && reader.count(1) == .max)
  }
  #expect(try reader.next())
  #expect(try reader.number(0) == nil && reader.count(1) == 7)
  #expect(try !reader.next())
  #expect(try reader.column("count") == 1)
  #expect(throws: CSVReader.Failure(line: 1, problem: "expected a column other")) { try reader.column("other") }
}

@Test("A text that was cut off or is no table says in which line")
func csvFailures() throws {
  #expect(failure("") == "line 1: expected a header, but the file is empty")
  #expect(failure("a,b\n1,2\n3") == "line 3: the file ends within the line")
  #expect(failure("a,b\n1,2\n3,\"x") == "line 3: the file ends within quotes")
  #expect(failure("a,b\n1\n") == "line 2: expected 2 fields, but there are 1")
  #expect(failure("a,b\n\"x\ny\",2\n1,2,3\n") == "line 4: expected 2 fields, but there are 3")
  #expect(failure("a,b\nx\"y,1\n") == "line 2: a quote stands in the middle of a field")
  #expect(failure("a,b\n\"x\"y,1\n") == "line 2: a quote stands in the middle of a field")
  #expect(failure("a,b\n\n") == "line 2: expected 2 fields, but there are 1")
  #expect(failure("a\n\n") == nil && failure("a,b\n,\n") == nil)
  var reader = try CSVReader(Array("a,b\nx,-1\n1e999,nan\n".utf8))
  #expect(try reader.next())
  #expect(throws: CSVReader.Failure(line: 2, problem: "expected a number as a, but it is \"x\"")) {
    try reader.number(0)
  }
  #expect(throws: CSVReader.Failure(line: 2, problem: "expected a whole number as b, but it is \"-1\"")) {
    try reader.count(1)
  }
  #expect(try reader.next())
  #expect(throws: CSVReader.Failure.self) { try reader.number(0) }
  #expect(throws: CSVReader.Failure.self) { try reader.number(1) }
}
