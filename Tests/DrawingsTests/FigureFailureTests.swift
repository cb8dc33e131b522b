import Drawings
import Figures
import Networks
import SyntheticRuns
import Testing

@Suite struct FigureFailureTests {
  @Test("A figure of nothing, of a site that is not there, or of what was not asked says so")
  func failures() throws {
    func words(_ order: FigureOrder, _ run: SettledRun = syntheticRun()) -> String {
      do {
        _ = try Drawing(order, of: run)
        return ""
      } catch {
        return error.description
      }
    }
    var empty = SyntheticRun.snapshot()
    empty.sites = []
    #expect(words(FigureOrder(), settled(empty)).contains("no activation to show"))
    #expect(words(FigureOrder(sites: SiteSelection(site: "A9"))).contains("no activation is called A9"))
    #expect(
      words(FigureOrder(sites: SiteSelection(blocks: .numbers([3, 40])))).contains("block 40 has no activation A2"))
    #expect(words(FigureOrder(sites: SiteSelection(blocks: .all, site: "5.A2"))).contains("one activation"))
    #expect(words(FigureOrder(kind: .channels)).contains("was not asked"))
    #expect(words(FigureOrder(kind: .compare)).contains("two runs"))
  }

  @Test("Only what a figure shows is asked of the run")
  func questions() throws {
    let sites = SyntheticRun.sites(functions: 2, isStatic: false)
    #expect(try FigureOrder().questions(of: sites, classes: 10).isEmpty)
    #expect(try FigureOrder(kind: .channels).questions(of: sites, classes: nil).count == 9)
    #expect(
      try FigureOrder(measure: .byClass).questions(of: sites, classes: 10) == [.slopeClasses(site: nil, classes: 10)])
    #expect(throws: FigureFailure.self) { try FigureOrder(measure: .byClass).questions(of: sites, classes: nil) }
    let effects = try FigureOrder(kind: .bars, measure: .effect).questions(of: sites, classes: 10)
    #expect(effects.first?.whatIfs?.count == 19)
    #expect(try FigureOrder(kind: .scatter, measure: .effect).questions(of: sites, classes: 10).isEmpty)
  }

  @Test("The facts are the run's: images, accuracy and what it is of, share, pairs that are not shown")
  func facts() throws {
    var figure = SyntheticRun.snapshot(densities: [4])
    figure.sites[4].notFinite = 7
    figure.sites[4].share = 0.0588
    let order = FigureOrder(kind: .scatter, sites: SiteSelection(blocks: .numbers([2])))
    let words = try Drawing(order, of: settled(figure)).description
    for part in [
      "A2 (after the depthwise convolution; DY-ReLU-B, K 2), block 2.", "dyrelu-b of model.bin: 1,000 images",
      "top-1 92.6 %",
    ] {
      #expect(words.contains(part), "\(part) in \(words)")
    }
    let site = try #require(figure.sites.first { $0.site.place.block == 2 && $0.site.place.site == "A2" })
    #expect(words.contains("7 pairs not shown") == (site.site.id == 4))
  }
}
