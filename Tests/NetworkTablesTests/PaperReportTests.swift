import Foundation
import NetworkTables
import Networks
import Testing

@Suite struct PaperReportTests {
  @Test("docs/paper-tables.md is what the program prints (make paper-tables writes it)")
  func page() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "docs/paper-tables.md"), encoding: .utf8)
    let printed = try PaperReport.lines()
    for (written, line) in zip(page.split(separator: "\n", omittingEmptySubsequences: false), printed) {
      #expect(written == line)
    }
    #expect(page == printed.joined(separator: "\n") + "\n")
  }

  @Test("a figure that is off by more than 1 % and more than its rounding has a note, and every note is used")
  func notes() throws {
    var used: Set<PaperNote> = []
    for table in PaperReport.tables {
      for row in table.rows {
        let counts = try row.counts()
        let agrees =
          row.parameters?.agrees(with: counts.parameters) ?? true
          && row.multiplyAdds?.agrees(with: counts.multiplyAdds) ?? true
        #expect(agrees || !row.notes.isEmpty, "\(table.title): \(row.network), \(row.activation)")
        used.formUnion(row.notes)
      }
    }
    #expect(used == Set(PaperNote.allCases))
  }

  @Test("static networks agree with the paper but for the ones that are explained")
  func staticNetworks() throws {
    let rows = PaperReport.tables.flatMap(\.rows)
    let explained: Set<PaperNote> = [.small, .cutNotRounded, .resNet10, .maxout, .squeeze]
    for row in rows where !row.activation.hasPrefix("DY-ReLU") && explained.isDisjoint(with: row.notes) {
      let counts = try row.counts()
      #expect(row.multiplyAdds?.agrees(with: counts.multiplyAdds) ?? true, "\(row.network)")
      if row.notes.contains(.head) { continue }
      #expect(row.parameters?.agrees(with: counts.parameters) ?? true, "\(row.network)")
    }
  }
}
