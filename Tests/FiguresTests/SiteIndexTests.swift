import Figures
import Networks
import SyntheticRuns
import Testing

struct SiteIndexTests {
  private let index = SiteIndex(SyntheticRun.snapshot().sites)

  @Test("Blocks come from the sites, the stem and the last convolution among them")
  func blocks() {
    #expect(index.blocks == Array(0...18))
    #expect(index.numberedBlocks == Array(1...17))
  }

  @Test("The site to start with is the one with most slope differences")
  func preferred() {
    #expect(index.preferredName == "A2")
    #expect(SiteIndex([]).preferredName == nil)
  }

  @Test("A missing site's nearest neighbour stands in for it")
  func nearest() {
    #expect(index.site(in: 1, nearest: "A1")?.site.place.site == "A2")
    #expect(index.site(in: 0, nearest: "A3")?.site.place.site == "stem")
    #expect(index.site(in: 99, nearest: "A1") == nil)
  }

  @Test("The overview holds the odd blocks that have the site")
  func overview() {
    let overview = index.overview(name: "A2")
    #expect(overview.sites.map(\.site.place.block) == [1, 3, 5, 7, 9, 11, 13, 15, 17])
    #expect(overview.name == "A2" && overview.isEveryOther && overview.total == 17)
    #expect(index.overview(name: "A1").sites.map(\.site.place.block) == [3, 5, 7, 9, 11, 13, 15, 17])
  }

  @Test("A block that lacks the site has no bar; what stands apart has its own")
  func bars() {
    #expect(index.bar(of: 1, name: "A1") == nil)
    #expect(index.bar(of: 0, name: "A1")?.site.place.site == "stem")
    #expect(index.bar(of: 18, name: "A2")?.site.place.site == "last")
  }
}

/// Walking a network whose names nobody foresaw.
struct ForeignSiteIndexTests {
  private let index = SiteIndex(ForeignRun.snapshot().sites)

  private func index(of blocks: [[String]], functions: Int = 2, isDynamic: Bool = true) -> SiteIndex {
    var sites: [ActivationSite] = []
    for (block, names) in blocks.enumerated() {
      for name in names {
        sites.append(
          ForeignRun.site(
            sites.count, block: block + 1, name: nil, name, functions: isDynamic ? functions : 0,
            source: isDynamic ? .hyper(ForeignRun.hyper(functions)) : .curve(.silu)))
      }
    }
    return SiteIndex(ForeignRun.snapshot(sites).sites)
  }

  @Test("The stem's number and what follows the named blocks stand apart")
  func numbered() {
    #expect(index.blocks == Array(0...10))
    #expect(index.numberedBlocks == Array(1...9))
  }

  @Test("The commonest dynamic name with slopes to compare comes first, then any dynamic one, then any")
  func preferred() {
    #expect(index.preferredName == "act1")
    #expect(SiteIndex(ForeignRun.snapshot(isDynamic: false).sites).preferredName == "se.gate")
    #expect(index(of: [["x", "y"], ["y"], ["y", "z"]], isDynamic: false).preferredName == "y")
  }

  @Test("In a block without the name the likest name stands in, then the nearest place")
  func nearest() {
    let index = index(of: [
      ["bn1.act", "se.gate", "bn2.act", "act3"], ["bn1.act", "act2"], ["conv.act", "gate", "out"],
      ["a", "b", "c", "d"],
    ])
    #expect(index.site(in: 2, nearest: "bn2.act")?.site.place.site == "bn1.act")
    #expect(index.site(in: 2, nearest: "act3")?.site.place.site == "act2")
    #expect(index.site(in: 3, nearest: "bn2.act")?.site.place.site == "conv.act")
    #expect(index.site(in: 3, nearest: "se.gate")?.site.place.site == "gate")
    #expect(index.site(in: 4, nearest: "act3")?.site.place.site == "d")
    #expect(index.site(in: 4, nearest: "se.gate")?.site.place.site == "b")
    #expect(index.site(in: 4, nearest: "unheard of")?.site.place.site == "a")
  }

  @Test("Figures by block are about the name that is looked at, or the one to start with where it does not recur")
  func recurring() {
    #expect(index.recurringName("act3") == "act3")
    #expect(index.recurringName("head.act2") == "act1")
    #expect(index.chart(in: nil, wished: "head.act2", current: nil).name == "act1")
    #expect(index.chart(in: nil, wished: "se.gate", current: nil).absence == "no slopes to compare: SE, K 1")
  }

  @Test("Where no name recurs every activation has a bar and the overview a dozen of them")
  func nothingRecurs() {
    let names = (0..<30).map { "act\($0)" }
    let index = index(of: [Array(names[..<2]), Array(names[2...])])
    #expect(index.recurringName("act0") == nil)
    let chart = index.chart(in: nil, wished: "act0", current: index.sites[3])
    #expect(chart.bars.count == 30 && chart.name == nil && chart.absence == nil)
    #expect(chart.bars.map(\.label).prefix(4) == ["1", "", "2", ""] && chart.bars.firstIndex(where: \.isCurrent) == 3)
    let overview = index.overview(name: "act0")
    #expect(overview.sites.count == 12 && overview.total == 30 && overview.name == nil)
    #expect(overview.sites.first?.site.id == 0 && overview.sites.last?.site.id == 29)
  }

  @Test("The overview shows few blocks all, and of very many a dozen")
  func overviewSizes() {
    #expect(index.overview(name: "act1").sites.count == 9)
    #expect(index.overview(name: "act3").sites.map(\.site.place.block) == [1, 3, 4, 6, 7, 9])
    let many = SiteIndex(ForeignRun.snapshot(blocks: 99).sites).overview(name: "act1")
    #expect(many.sites.count == 12 && many.total == 99 && !many.isEveryOther)
    #expect(Set(many.sites.map(\.site.id)).count == 12)
  }

  @Test("A network of curves alone has a first site, an overview and a reason for having no bars")
  func curves() {
    let index = index(of: [["a"], ["a"], ["a"]], isDynamic: false)
    #expect(index.overview(name: "a").sites.count == 3)
    #expect(index.chart(in: nil, wished: "a", current: nil).absence == "no slopes to compare: SiLU")
    #expect(SiteIndex([]).chart(in: nil, wished: nil, current: nil).absence == nil)
  }
}
