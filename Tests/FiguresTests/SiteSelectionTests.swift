import Figures
import SyntheticRuns
import Testing

struct SiteSelectionTests {
  private let index = SiteIndex(SyntheticRun.snapshot().sites)

  private func blocks(_ blocks: SiteSelection.Blocks, _ site: String? = nil) throws -> [Int] {
    try index.overview(SiteSelection(blocks: blocks, site: site)).sites.map(\.site.place.block)
  }

  @Test("By default the sites are those of the overview: the paper's odd blocks")
  func odd() throws {
    #expect(try index.overview(SiteSelection()) == index.overview(name: "A2"))
    #expect(try index.overview(SiteSelection(site: "A1")) == index.overview(name: "A1"))
    #expect(try blocks(.odd, "stem") == [0])
  }

  @Test("All blocks, or those with some numbers, in their order and each once")
  func others() throws {
    #expect(try blocks(.all) == Array(1...17))
    #expect(try blocks(.all, "A1") == Array(2...17))
    #expect(try blocks(.numbers([9, 1, 5, 9])) == [1, 5, 9])
    #expect(try blocks(.odd, "5.A3") == [5])
    #expect(try index.overview(SiteSelection(site: "node4")).sites.map(\.site.node) == ["node4"])
  }

  @Test("What there is not is named with what there is")
  func failures() {
    func words(_ selection: SiteSelection, _ index: SiteIndex) -> String {
      do throws(SiteSelection.Failure) {
        _ = try index.overview(selection)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(words(SiteSelection(), SiteIndex([])) == "there is no activation to show")
    #expect(words(SiteSelection(site: "B"), index).hasSuffix("there are stem, A2, A3, A1, last"))
    #expect(words(SiteSelection(blocks: .numbers([1]), site: "A1"), index).contains("block 1 has no activation A1"))
    #expect(words(SiteSelection(blocks: .all, site: "node4"), index).contains("one activation"))
  }

  @Test("Where names do not recur, the activations that say most are shown")
  func foreign() throws {
    let sites = ForeignRun.snapshot().sites
    let index = SiteIndex(sites)
    #expect(try index.overview(SiteSelection(blocks: .all)).sites.count == 9)
    let lone = SiteIndex([sites[1]])
    #expect(try lone.overview(SiteSelection(blocks: .all)).sites.count == 1)
    #expect(try lone.overview(SiteSelection()).sites.count == 1)
  }
}
