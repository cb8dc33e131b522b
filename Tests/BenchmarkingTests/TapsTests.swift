import Benchmarking
import Inference
import Kernels
import Networks
import Testing

@Suite struct TapsTests {
  @Test("each choice wants the positions that its name says")
  func positions() throws {
    let variant = try TinyNetwork.variant()
    let plan = try Plan(variant, kernels: .best)
    let image = ImageIdentity(ordinal: 2, key: 3)
    #expect(Taps.none.observer(plan) == nil)
    for taps in Taps.allCases where taps != .none {
      let observer = try #require(taps.observer(plan))
      for site in plan.sites {
        let step = observer.wantedPositions(of: site, image: image).step
        let isDepthwise = site.place.site == "A2"
        switch taps {
        case .none, .exact: #expect(step == 1)
        case .depthwise: #expect(step == (isDepthwise ? 1 : 0))
        case .lattice: #expect(step == 17)
        case .standard: #expect(step == (isDepthwise ? 1 : 17))
        }
      }
    }
  }
}
