import Networks
import Tensors
import Testing

@Suite struct ConvolutionRoleTests {
  /// A chain of nodes on an 8x8x8 image.
  private struct Chain {
    var nodes = [
      Node(name: "input", operation: .input(FeatureShape(height: 8, width: 8, channels: 8)), inputs: [])
    ]

    mutating func append(_ name: String, _ operation: Operation) {
      nodes.append(Node(name: name, operation: operation, inputs: [nodes[nodes.count - 1].name]))
    }

    mutating func convolution(_ name: String, _ outChannels: Int, kernel: Int = 1, groups: Int = 1) {
      append(
        name,
        .convolution(
          Convolution(
            outChannels: outChannels, kernel: Extent2D(kernel), padding: Padding(kernel / 2), groups: groups,
            weight: "w")))
    }

    mutating func normalization(_ name: String) {
      append(name, .batchNormalization(BatchNormalization(weight: "w", bias: "b", mean: "m", variance: "v")))
    }

    /// An activation whose site is called as in a MobileNet, so that names alone would tell something else.
    mutating func activation(_ name: String, site: String = "A2") {
      append(name, .activation(.relu(at: SitePlace(block: nodes.count, site: site))))
    }

    func roles() throws -> [String: ConvolutionRole?] {
      let sites = try GraphShapes(Graph(nodes: nodes, output: nodes[nodes.count - 1].name)).sites
      return Dictionary(uniqueKeysWithValues: sites.map { ($0.node, $0.role) })
    }
  }

  @Test("an inverted residual block has its three roles, through normalisations, and nothing else has one")
  func block() throws {
    var chain = Chain()
    chain.activation("first")
    chain.convolution("stem", 8, kernel: 3)
    chain.activation("after stem")
    chain.convolution("expansion", 24)
    chain.normalization("expansion norm")
    chain.activation("after expansion")
    chain.convolution("depthwise", 24, kernel: 3, groups: 24)
    chain.append("depthwise norm", .normalization(Normalization(.layer(isCentred: true))))
    chain.activation("after depthwise")
    chain.convolution("projection", 8)
    chain.normalization("projection norm")
    chain.activation("after projection")
    chain.activation("second")
    chain.convolution("last", 32)
    chain.activation("after last")
    #expect(
      try chain.roles() == [
        "first": nil, "after stem": nil, "after expansion": .expansion, "after depthwise": .depthwise,
        "after projection": .projection, "second": nil, "after last": nil,
      ])
  }

  @Test("a dense 3x3 or a grouped convolution is not depthwise, whatever its site is called")
  func names() throws {
    var chain = Chain()
    chain.convolution("first", 16)
    chain.activation("A1", site: "A1")
    chain.convolution("second", 16, kernel: 3)
    chain.activation("A2", site: "A2")
    chain.convolution("grouped", 16, kernel: 3, groups: 4)
    chain.activation("grouped A2", site: "A2")
    chain.convolution("third", 8)
    chain.activation("A3", site: "A3")
    #expect(try chain.roles() == ["A1": nil, "A2": nil, "grouped A2": nil, "A3": nil])
  }

  @Test("a 1x1 convolution between two depthwise ones expands, projects or does neither, by its channels")
  func separable() throws {
    for (channels, role) in [(16, ConvolutionRole.expansion), (8, nil), (4, .projection)] {
      var chain = Chain()
      chain.convolution("depthwise", 8, kernel: 3, groups: 8)
      chain.activation("A1")
      chain.convolution("pointwise", channels)
      chain.activation("A2")
      chain.convolution("next", channels, kernel: 3, groups: channels)
      #expect(try chain.roles() == ["A1": .depthwise, "A2": role])
    }
  }

  @Test("the paper's MobileNets have a role at every site of a block, and ResNets at none")
  func networks() throws {
    let dynamic = ActivationChoice.dynamic(DynamicReLU())
    let names = ["A1": ConvolutionRole.expansion, "A2": .depthwise, "A3": .projection]
    for site in try GraphShapes(MobileNetV2(rectifier: dynamic).graph()).sites {
      #expect(site.role == names[site.place.site], "\(site.node)")
    }
    for site in try GraphShapes(ResNet(.fifty).graph()).sites { #expect(site.role == nil, "\(site.node)") }
  }
}
