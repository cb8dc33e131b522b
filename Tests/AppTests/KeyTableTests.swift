import App
import Testing

struct KeyTableTests {
  @Test("Every key has one meaning")
  func unique() {
    let keys = KeyTable.rows.flatMap { $0.actions.flatMap(\.keys) }
    #expect(Set(keys).count == keys.count)
    for key in keys { #expect(KeyTable.action(for: key) != nil) }
  }

  @Test("Every key of the table is explained in the help")
  func explained() {
    for row in KeyTable.rows { #expect(!row.hint.keys.isEmpty && !row.hint.help.isEmpty) }
    #expect(KeyTable.helpHints.count == KeyTable.rows.count)
  }

  @Test("A key without a row has no meaning")
  func unknown() {
    #expect(KeyTable.action(for: "x") == nil)
    #expect(KeyTable.action(for: .tab) == nil)
  }
}
