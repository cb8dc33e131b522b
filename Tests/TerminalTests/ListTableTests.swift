import Terminal
import TerminalSentinel
import Testing

struct ListTableTests {
  private func table(_ count: Int, cursor: Int = 0, marked: Int? = nil) -> ListTable {
    ListTable(
      columns: [
        ListTable.Column("no", width: 3, rank: 0, isRightAligned: true),
        ListTable.Column("name", width: 20, least: 6, rank: 0, cut: .beginning),
        ListTable.Column("kind", width: 8, least: 4, rank: 1), ListTable.Column("note", width: 10, rank: 2),
      ], count: count, cursor: cursor,
      cells: { ["\($0)", "network.layer\($0).act", "a kind of", "note \($0)"] }, isMarked: { $0 == marked })
  }

  private func rows(_ table: ListTable, columns: Int, rows: Int) -> [String] {
    var sentinel = Sentinel(columns: columns, rows: rows)
    table.draw(in: sentinel.buffer.bounds, capabilities: .mono, into: &sentinel.buffer)
    return (0..<rows).map { sentinel.row($0) }
  }

  @Test("Titles, the cursor's and the current row's marks, and text cut where it tells least")
  func drawn() {
    let lines = rows(table(3, cursor: 1, marked: 2), columns: 50, rows: 5)
    #expect(lines[0] == "    no name                 kind     note         ")
    #expect(lines[2] == "▸    1 network.layer1.act   a kind … note 1       ")
    #expect(lines[3].hasPrefix(" •   2 network.layer2"))
    #expect(lines[4].allSatisfy { $0 == " " })
  }

  @Test("Where room is short the widest columns give way, then those of high ranks go")
  func narrow() {
    #expect(table(1).placed(width: 44, gap: 1).map(\.width) == [3, 20, 8, 10])
    #expect(table(1).placed(width: 40, gap: 1).map(\.width) == [3, 16, 8, 10])
    #expect(table(1).placed(width: 20, gap: 1).map(\.index) == [0, 1, 2])
    #expect(table(1).placed(width: 12, gap: 1).map(\.width) == [3, 8])
    #expect(table(1).placed(width: 4, gap: 1).map(\.index) == [0, 1])
    #expect(rows(table(1), columns: 19, rows: 2)[1] == "▸    0 …0.act a k… ")
  }

  @Test("The title of the column that sorts bears a mark in the gap beside it")
  func sorting() {
    var table = table(3)
    table.columns[0].isSorting = true
    #expect(rows(table, columns: 50, rows: 1)[0].hasPrefix("   ▾no name   "))
    table.columns[0].isSorting = false
    table.columns[1].isSorting = true
    #expect(rows(table, columns: 50, rows: 1)[0].hasPrefix("    no name▾  "))
  }

  @Test("A spare column takes what room all others leave, and no more")
  func spare() {
    var table = table(1)
    table.columns += [
      ListTable.Column("more", width: 6, rank: 9, isSpare: true),
      ListTable.Column("most", width: 4, rank: 9, isSpare: true),
    ]
    #expect(table.placed(width: 56, gap: 1).map(\.width) == [3, 20, 8, 10, 6, 4])
    #expect(table.placed(width: 55, gap: 1).map(\.width) == [3, 20, 8, 10, 6])
    #expect(table.placed(width: 50, gap: 1).map(\.width) == [3, 20, 8, 10])
    #expect(table.placed(width: 40, gap: 1).map(\.width) == [3, 16, 8, 10])
  }

  @Test("The cursor's row is always visible, and a table with room for all does not scroll")
  func scrolling() {
    for cursor in 0..<100 {
      let visible = table(100, cursor: cursor).visible(height: 7)
      #expect(visible.count == 7 && visible.contains(cursor))
      #expect(table(100, cursor: cursor).visible(height: 100) == 0..<100)
    }
    #expect(table(100, cursor: 5).visible(height: 0).isEmpty)
  }

  @Test("Any rectangle is safe")
  func sizes() {
    for width in 0...60 {
      for height in 0...6 {
        var sentinel = Sentinel(columns: 62, rows: 8)
        let rect = CellRect(x: 1, y: 1, width: width, height: height)
        table(9, cursor: 8, marked: 8).draw(in: rect, capabilities: .full, into: &sentinel.buffer)
        #expect(sentinel.isIntact(outside: rect))
      }
    }
  }
}
