import Figures
import SyntheticRuns
import Testing

struct SiteFilterTests {
  private let sites = ForeignRun.sites(blocks: 9, isDynamic: true)

  private func nodes(_ text: String) -> [String] {
    let filter = SiteFilter(text)
    return sites.filter { filter.matches($0) }.map(\.node)
  }

  @Test("Every word must occur, in any of the names or the kind, in capitals or not")
  func words() {
    #expect(nodes("layer2 SE") == ["backbone.layer2.2.se.gate"])
    #expect(nodes("se layer2") == nodes("layer2 SE"))
    #expect(nodes("H-SWISH") == ["backbone.conv_stem.bn1.act"])
    #expect(nodes("head") == ["backbone.head.act2"])
    #expect(nodes("layer1.0").count == 3)
    #expect(nodes("maxout prelu").isEmpty)
  }

  @Test("No words match every site, and spaces are no words")
  func empty() {
    #expect(nodes("").count == sites.count)
    #expect(nodes("   ").count == sites.count)
    #expect(nodes("  act3  ") == nodes("act3"))
  }

  @Test("No word matches across two names")
  func boundaries() {
    // The site's name ends in `gate`, the kind is `SE`.
    #expect(nodes("gatese").isEmpty)
  }
}
