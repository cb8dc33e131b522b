import Networks
import Testing

@Suite struct GraphCostsTests {
  private func total(_ network: MobileNetV2) throws -> (parameters: Int, multiplyAdds: Int) {
    let graph = network.graph()
    let costs = try GraphShapes(graph).costs(of: graph)
    return (costs.reduce(0) { $0 + $1.parameters }, costs.reduce(0) { $0 + $1.multiplyAdds })
  }

  /// The paper's networks have Dynamic ReLU inside the blocks.
  private func paper(_ width: Double, _ options: DynamicReLU = DynamicReLU()) -> MobileNetV2 {
    MobileNetV2(
      width: width, rectifier: .dynamic(options), positions: [.expansion, .depthwise, .projection])
  }

  @Test(
    "the static networks have the parameters and MAdds of Table 4",
    arguments: [(1.0, 3.5, 300.0), (0.75, 2.6, 209.0), (0.5, 2.0, 97.0), (0.35, 1.7, 59.2)])
  func staticCosts(width: Double, parameters: Double, multiplyAdds: Double) throws {
    let total = try total(MobileNetV2(width: width, rectifier: .relu))
    #expect(abs(Double(total.parameters) / 1e6 - parameters) < 0.05)
    #expect(abs(Double(total.multiplyAdds) / 1e6 - multiplyAdds) < 0.8)
  }

  @Test(
    "the dynamic networks have the MAdds of Table 4, within 1 %",
    arguments: [(1.0, 315.5), (0.75, 221.7), (0.5, 104.5), (0.35, 65.0)])
  func dynamicCosts(width: Double, multiplyAdds: Double) throws {
    let found = Double(try total(paper(width)).multiplyAdds) / 1e6
    #expect(abs(found / multiplyAdds - 1) < 0.01)
  }

  @Test(
    "other reductions and K = 3 have the MAdds of Tables 5 and 8 at width 0.35",
    arguments: [
      (DynamicReLU(reduction: 64), 64.3), (DynamicReLU(reduction: 32), 64.4), (DynamicReLU(reduction: 16), 64.6),
      (DynamicReLU(reduction: 4), 65.9), (DynamicReLU(functions: 3), 67.8),
    ])
  func ablations(options: DynamicReLU, multiplyAdds: Double) throws {
    let found = Double(try total(paper(0.35, options)).multiplyAdds) / 1e6
    #expect(abs(found - multiplyAdds) < 0.25)
  }
}
