import Networks
import Tensors
import Testing

@Suite struct ActivationChoiceTests {
  private static let input = FeatureShape(height: 32, width: 32, channels: 3)
  private static let all = Set(NetworkPosition.allCases)

  private func sites(
    _ choice: ActivationChoice, positions: Set<NetworkPosition> = all
  ) throws -> [ActivationSite] {
    try GraphShapes(MobileNetV2(width: 0.1, input: Self.input, rectifier: choice, positions: positions).graph()).sites
  }

  @Test(
    "each static choice stands at the stem, A1, A2 and the last convolution, and nothing after the projection",
    arguments: [
      (ActivationChoice.relu, "ReLU"), (.relu6, "ReLU6"), (.hardSwish, "h-swish"),
      (.leakyReLU(slope: 0.01), "LeakyReLU(0.01)"), (.randomizedReLU, "LeakyReLU(0.22916667)"),
      (.parametricReLU, "PReLU"),
    ])
  func staticChoices(choice: ActivationChoice, kind: String) throws {
    let sites = try sites(choice)
    #expect(sites.count == 1 + 1 + 16 * 2 + 1)
    #expect(sites.allSatisfy { $0.activation.kind == kind && !$0.activation.isDynamic })
  }

  @Test("squeeze-and-excitation is an activation of its own before each ReLU")
  func squeeze() throws {
    let sites = try sites(.squeezeReLU(reduction: 4))
    #expect(sites.count == 2 * (1 + 1 + 16 * 2 + 1))
    #expect(sites.prefix(2).map(\.activation.kind) == ["SE", "ReLU"])
    #expect(sites.prefix(2).map(\.node) == ["stem.act.squeeze", "stem.act"])
    #expect(sites[0].place.site == "stem SE" && sites[1].place.site == "stem")
    guard case .hyper(let hyper) = sites[0].activation.coefficients else {
      Issue.record("no hyper function")
      return
    }
    #expect(hyper.hidden == 2 && hyper.gate == .sigmoid && hyper.outputs(channels: 8) == 8)
  }

  @Test("Maxout has K convolutions with normalisations at every position, the projection's too")
  func maxout() throws {
    let network = MobileNetV2(width: 0.1, input: Self.input, rectifier: .maxout(functions: 3))
    let graph = network.graph(prefix: "m/")
    let sites = try GraphShapes(graph).sites
    #expect(sites.count == 1 + 2 + 16 * 3 + 1 && sites.allSatisfy { $0.activation.kind == "Maxout" })
    let node = graph.nodes.first { $0.name == "stem.act" }
    #expect(node?.inputs == ["stem.norm.0", "stem.norm.1", "stem.norm.2"])
    let names = try graph.weightNames()
    #expect(names.contains("m/stem.conv.2.weight") && names.contains("m/blocks.3.project.norm.1.running_mean"))
  }

  @Test("a choice stands at the positions asked for, and the usual one elsewhere (Table 7)")
  func positions() throws {
    let sites = try sites(.parametricReLU, positions: [.first])
    #expect(sites.allSatisfy { $0.activation.kind == ($0.place.site == "A1" ? "PReLU" : "ReLU") })
    let dynamic = try self.sites(.dynamic(DynamicReLU()), positions: [.third])
    #expect(dynamic.filter(\.activation.isDynamic).map(\.place.site) == Array(repeating: "A3", count: 17))
  }

  @Test("only the first segment is dynamic where Table 6 says so, and the projection keeps its one function")
  func firstSegment() throws {
    let choice = ActivationChoice.dynamic(DynamicReLU(functions: 2, dynamicFunctions: 1, hasIntercepts: false))
    let sites = try sites(choice)
    for site in sites {
      guard case .hyper(let hyper) = site.activation.coefficients else {
        Issue.record("no hyper function")
        return
      }
      #expect(hyper.dynamicFunctions == 1 && !hyper.hasIntercepts)
      #expect(site.activation.functions == (site.place.site == "A3" ? 1 : 2))
    }
  }

  @Test("α, β and λ of Table 9 reach the hyper function, those of K functions not the projection's one")
  func initialisation() throws {
    let options = DynamicReLU(initialSlopes: [1.5, 0.5], initialIntercepts: [-0.1, 0.1], slopeRange: 2)
    for site in try sites(.dynamic(options)) {
      guard case .hyper(let hyper) = site.activation.coefficients else {
        Issue.record("no hyper function")
        return
      }
      let isLast = site.place.site == "A3"
      #expect(hyper.initialSlopes == (isLast ? [1] : [1.5, 0.5]) && hyper.slopeRange == 2)
      #expect(hyper.initialIntercepts == (isLast ? [0] : [-0.1, 0.1]))
    }
  }

  @Test("a vector behind a fully connected layer keeps its usual activation under Maxout")
  func vector() throws {
    let network = MobileNetV3(.small, width: 0.25, input: Self.input, rectifier: .maxout(functions: 2))
    let sites = try GraphShapes(network.graph()).sites
    #expect(sites.last?.activation.kind == "h-swish")
    #expect(sites.dropLast().allSatisfy { $0.activation.kind == "Maxout" || $0.activation.kind == "SE" })
  }
}
