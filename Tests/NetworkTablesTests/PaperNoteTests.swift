import NetworkTables
import Networks
import Testing

/// The figures that the notes give beside the tables'.
@Suite struct PaperNoteTests {
  private func counts(_ graph: Graph) throws -> (parameters: Double, multiplyAdds: Double) {
    let summary = try NetworkSummary(graph, title: "")
    return (Double(summary.total(\.parameters)) / 1e6, Double(summary.total(\.multiplyAdds)) / 1e6)
  }

  private func mobileNetV2(
    _ width: Double, _ choice: ActivationChoice, _ others: Set<NetworkPosition> = []
  ) throws -> (parameters: Double, multiplyAdds: Double) {
    try counts(MobileNetV2(width: width, rectifier: choice, positions: NetworkPosition.blocks.union(others)).graph())
  }

  private func names(_ note: PaperNote, _ value: Double, _ places: Int, _ unit: String) {
    let text = NumberText.fixed(value, places: places) + unit
    #expect(note.text.contains(text), "\(note.rawValue) does not name \(text)")
  }

  @Test("the classifier and the stride of ResNets")
  func resNets() throws {
    for depth in [ResNet.Depth.eighteen, .thirtyFour, .fifty] {
      names(.classifier, try counts(ResNet(depth).graph()).parameters, 2, "M")
    }
    names(.resNet10, try counts(ResNet(.ten).graph()).parameters, 2, "M")
    names(.stride, try counts(ResNet(.fifty).graph()).multiplyAdds / 1000, 2, "G")
    let narrow = try counts(
      ResNet(.fifty, rectifier: .dynamic(DynamicReLU()), positions: [.first, .second]).graph()
    ).parameters
    names(.bottleneck, narrow - 2.049, 2, "M")
  }

  @Test("squeeze-and-excitation with other reductions")
  func squeeze() throws {
    for reduction in [4, 16] {
      names(.squeeze, try mobileNetV2(0.35, .squeezeReLU(reduction: reduction)).parameters, 2, "M")
    }
  }

  @Test("Maxout of the last convolution too")
  func maxout() throws {
    for (width, functions) in [(0.35, 2), (0.35, 3), (1, 2)] {
      let counts = try mobileNetV2(width, .maxout(functions: functions), [.last])
      names(.maxout, counts.parameters, 2, "M")
      names(.maxout, counts.multiplyAdds, 1, "M")
    }
  }

  @Test("Dynamic ReLU in all of MobileNetV3")
  func mobileNetV3() throws {
    for size in MobileNetV3.Size.allCases {
      let counts = try counts(MobileNetV3(size, rectifier: .dynamic(DynamicReLU())).graph())
      names(.mobileNetV3, counts.parameters, 2, "M")
      names(.mobileNetV3, counts.multiplyAdds, 1, "M")
    }
  }
}
