import App
import Testing

struct SiteWalkTests {
  private let walk = SiteWalk(SyntheticRun.snapshot().sites)

  @Test("Blocks come from the sites, the stem and the last convolution among them")
  func blocks() {
    #expect(walk.blocks == Array(0...18))
    #expect(walk.numberedBlocks == Array(1...17))
  }

  @Test("The site to start with is the one with most slope differences")
  func preferred() {
    #expect(walk.preferredName == "A2")
    #expect(SiteWalk([]).preferredName == nil)
  }

  @Test("A missing site's nearest neighbour stands in for it")
  func nearest() {
    #expect(walk.site(in: 1, nearest: "A1")?.site.place.site == "A2")
    #expect(walk.site(in: 0, nearest: "A3")?.site.place.site == "stem")
    #expect(walk.site(in: 99, nearest: "A1") == nil)
  }

  @Test("The overview holds the odd blocks that have the site")
  func overview() {
    #expect(walk.overview(name: "A2").map(\.site.place.block) == [1, 3, 5, 7, 9, 11, 13, 15, 17])
    #expect(walk.overview(name: "A1").map(\.site.place.block) == [3, 5, 7, 9, 11, 13, 15, 17])
  }

  @Test("A block that lacks the site has no bar; what stands apart has its own")
  func bars() {
    #expect(walk.bar(of: 1, name: "A1") == nil)
    #expect(walk.bar(of: 0, name: "A1")?.site.place.site == "stem")
    #expect(walk.bar(of: 18, name: "A2")?.site.place.site == "last")
  }
}
