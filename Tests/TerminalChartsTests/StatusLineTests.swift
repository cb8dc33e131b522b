import Figures
import TerminalCharts
import TerminalSentinel
import Testing

struct StatusLineTests {
  private func progress(_ done: Int, state: RunProgress.State = .running, skipped: Int = 0) -> RunProgress {
    RunProgress(
      state: state, done: done, total: 1000, skipped: skipped, imagesPerSecond: done > 0 ? 1412.4 : nil,
      secondsLeft: done > 0 && state == .running ? 61 : nil, top1: done > 0 ? 0.926 : nil, top5: nil)
  }

  private func text(
    _ progress: RunProgress?, part: String? = nil, columns: Int = 120, isFrozen: Bool = false
  ) -> String {
    var sentinel = Sentinel(columns: columns, rows: 1)
    StatusLine(progress: progress, part: part, isFrozen: isFrozen).draw(
      in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
    return sentinel.row(0)
  }

  @Test("Changing numbers keep their columns")
  func columns() {
    let early = text(progress(7))
    let late = text(progress(998))
    #expect(early.contains("    7 of 1,000 images · 1,412/s · 1:01 left · top-1  92.6 % · 0 skipped"))
    #expect(early.count == late.count)
    #expect(early.firstIndex(of: "/")?.utf16Offset(in: early) == late.firstIndex(of: "/")?.utf16Offset(in: late))
  }

  @Test("The bar counts the skipped images as through")
  func bar() {
    #expect(text(progress(1000, state: .done)).filter { $0 == "█" }.count == 32)
    #expect(text(progress(500, skipped: 250)).filter { $0 == "█" }.count == 24)
    #expect(text(progress(0)).filter { $0 == "█" }.count == 0)
  }

  @Test("A narrow line keeps what matters most")
  func narrow() {
    #expect(text(progress(998), columns: 40) == "   998/1,000 · 1,412/s · top-1 92.6 %   ")
    #expect(text(progress(998), columns: 14) == "   998/1,000  ")
    for columns in 0...40 { #expect(text(progress(998), columns: columns).count == columns) }
  }

  @Test("An accuracy of some of the images says of how many, where there is room")
  func labelled() {
    var some = progress(998)
    some.labelled = 12
    #expect(text(some).contains("top-1  92.6 % · 12 labelled · 0 skipped"))
    #expect(text(some, columns: 40) == "   998/1,000 · 1,412/s · top-1 92.6 %   ")
    some.labelled = 998
    #expect(!text(some).contains("labelled"))
  }

  @Test("A part says which, before most else")
  func parts() {
    #expect(text(progress(998), part: "part 2/7").contains("998 of 1,000 images · part 2/7 · 1,412/s"))
    #expect(text(progress(998), part: "part 2/7", columns: 34) == "   998/1,000 · part 2/7 · 1,412/s ")
    for columns in 0...60 { #expect(text(progress(998), part: "part 2/7", columns: columns).count == columns) }
    #expect(text(progress(998), part: "part 2/7", columns: 14) == "   998/1,000  ")
  }

  @Test("Waiting, done, frozen and failed are said")
  func states() {
    #expect(text(nil).contains("waiting for images"))
    #expect(text(progress(0)).contains("waiting for images"))
    #expect(text(progress(1000, state: .done)).contains("done"))
    #expect(text(progress(5), isFrozen: true).contains("FROZEN"))
    #expect(text(progress(5, state: .failed("broken.png: truncated"))).contains("stopped: broken.png: truncated"))
  }
}
