import Export
import Figures
import Networks
import Reports
import Statistics
import SyntheticRuns
import Testing

/// Every number of the page, held against the figures.
@Suite struct NumbersTests {
  private func value(_ element: PageReader.Element) -> Double? { element.attributes["data-v"].flatMap(Double.init) }

  @Test("The table of activations has every measure of every site")
  func sites() {
    let run = ReportSamples.fullRun()
    let rows = PageReader(Report(ReportSamples.saved).bytes).rows(ofTable: "variant-1-sites")
    #expect(rows.count == run.figure.sites.count)
    for (row, figure) in zip(rows, run.figure.sites) {
      let site = figure.site
      #expect(row[0].text == String(site.place.block) && row[1].text == site.place.site && row[2].text == site.node)
      #expect(row[2].name == "th" && row[3].text == site.activation.kind && row[4].text == site.shape.text)
      let half = figure.outputAtHalf.map { $0.p90 - $0.p10 }
      let expected: [Double?] = [
        Double(site.activation.functions), figure.slopeDifference?.mean, figure.slopeDifference?.p10,
        figure.slopeDifference?.p90, figure.slopeOutsideUnit?.share, figure.largeIntercept?.share,
        figure.positiveFromNegative.share, half, figure.dynamicScore, Double(figure.images), figure.share,
      ]
      #expect(row.dropFirst(5).map(value) == expected)
      #expect(row[6].text == NumberText.fixed(figure.slopeDifference?.mean, decimals: 3))
    }
  }

  @Test("The table of changes has every number of the figure")
  func changes() throws {
    let run = ReportSamples.fullRun()
    let figure = try #require(run.whatIf)
    let rows = PageReader(Report(ReportSamples.saved).bytes).rows(ofTable: "variant-1-what-if")
    #expect(rows.count == figure.rows.count && rows.count == 12)
    let before = try #require(figure.unchanged.classification.top1)
    for (row, (ablation, effect)) in zip(rows, figure.rows) {
      let top1 = try #require(effect.classification.top1)
      #expect(row[3].text == ablation.whatIf.change.word && value(row[4]) == Double(ablation.whatIf.sites.count))
      #expect(value(row[5]) == top1 && value(row[6]) == top1 - before && value(row[7]) == effect.logitChange.mean)
      #expect(row.suffix(3).map(value) == [effect.changedCount, effect.rightNow, effect.wrongNow].map(Double.init))
    }
  }

  @Test("Accuracies, their basis and the claims stand beside the paper's")
  func runWide() throws {
    let page = PageReader(Report(ReportSamples.saved).bytes)
    let text = try #require(page.all("main").first?.text)
    let found = ReportSamples.classification()
    #expect(found.labelled == 300)
    let error = try #require(found.top1Error)
    #expect(text.contains("Accuracies are of 300 labelled of 400 images"))
    #expect(text.contains("standard error is \(NumberText.fixed(100 * error, decimals: 1)) points"))
    #expect(text.contains("One image is 0.33 points of top-1"))
    #expect(text.contains("2 images could not be read"))
    #expect(text.contains("51 %") && text.contains("37 %"))
    let claims = ReportSamples.fullRun().figure.claims
    #expect(text.contains(NumberText.percent(claims.slopeOutsideUnitShare)))
  }

  @Test("What was not asked is said in plain words, and a static network is called one")
  func absences() throws {
    let page = PageReader(Report(ReportSamples.saved).bytes)
    let sections = page.all("section").filter { $0.attributes["aria-labelledby"] == "variant-2" }
    let text = try #require(sections.first?.text)
    #expect(text.contains("None of the 35 activations computes its function from the image"))
    #expect(text.contains("so there is nothing to freeze") && text.contains("so no image has functions of its own"))
    let bare = PageReader(Report(SavedRun(origin: ReportSamples.origin, runs: [ReportSamples.run()])).bytes)
    let bareText = try #require(bare.all("main").first?.text)
    #expect(bareText.contains("Which images lie behind the scatters was not asked"))
    #expect(bareText.contains("do not say whether any of it matters"))
  }

  @Test("The judgement on a change counts images that became right and wrong")
  func judgement() throws {
    let run = ReportSamples.fullRun()
    let figure = try #require(run.whatIf)
    let all = try #require(figure.rows.first { $0.ablation.order == .all })
    let (right, wrong) = (all.effect.rightNow, all.effect.wrongNow)
    #expect(right + wrong > 0)
    let words = try #require(
      PageReader(Report(ReportSamples.saved).bytes).all("section").first {
        $0.attributes["aria-labelledby"] == "variant-1-words"
      })
    func images(_ count: Int) -> String { "\(count) image\(count == 1 ? "" : "s")" }
    #expect(words.text.contains("\(images(wrong)) became wrong and \(right) right, as far apart as chance"))
  }

  @Test("The largest of several changes is judged as one of several")
  func choices() throws {
    let run = ReportSamples.fullRun()
    let parts = try #require(run.whatIf).rows.filter {
      $0.ablation.order != .all && $0.ablation.whatIf.change == .frozen
    }
    let most = try #require(parts.map(\.effect).max { $0.changedCount < $1.changedCount })
    let chance = min(1, SignTest.chance(most.rightNow, most.wrongNow) * Double(parts.count))
    let share = chance < 0.001 ? "less than 0.1 %" : "at most " + NumberText.percent(chance)
    let words = try #require(PageReader(Report(ReportSamples.saved).bytes).all("main").first)
    #expect(words.text.contains("sets those of one of \(parts.count) parts in \(share) of cases"))
  }

  @Test("The sign test is that of tosses of a coin counted one by one")
  func signTest() {
    for all in 0...12 {
      for few in 0...all {
        let extreme = (0..<1 << all).count { abs(2 * $0.nonzeroBitCount - all) >= abs(2 * few - all) }
        let expected = Double(extreme) / Double(1 << all)
        #expect(abs(SignTest.chance(few, all - few) - expected) < 1e-12, "\(few) of \(all)")
      }
    }
    #expect(abs(SignTest.chance(0, 5) - 0.0625) < 1e-12)
    #expect(SignTest.chance(20_000, 30_000) < 1e-9 && SignTest.chance(500, 500) == 1)
  }
}
