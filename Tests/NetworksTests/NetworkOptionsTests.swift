import Networks
import Tensors
import Testing

@Suite struct NetworkOptionsTests {
  @Test("every network can be had with every activation", arguments: NetworkOptions.names)
  func everything(network: String) throws {
    for name in [nil] + ActivationOptions.names.map(Optional.init) {
      let options = NetworkOptions(
        network: network, input: Extent2D(32), activation: ActivationOptions(name: name))
      let shapes = try GraphShapes(options.graph())
      #expect(!shapes.sites.isEmpty && shapes.input.height == 32)
    }
  }

  @Test("without options a network is the one of the paper")
  func defaults() throws {
    #expect(try NetworkOptions(network: "mobilenet-v2").graph() == MobileNetV2(rectifier: .relu6).graph())
    #expect(try NetworkOptions(network: "mobilenet-v3-small").graph() == MobileNetV3(.small).graph())
    #expect(try NetworkOptions(network: "resnet-34").graph() == ResNet(.thirtyFour).graph())
    #expect(
      try NetworkOptions(network: "keypoints-mobilenet-v2", width: 0.5).graph()
        == KeypointNetwork(.mobileNetV2(width: 0.5)).graph())
  }

  @Test("the paper's example has the MAdds of Table 4: Dynamic ReLU stands inside the blocks unless told")
  func usualPositions() throws {
    let dynamic = NetworkOptions(network: "mobilenet-v2", width: 0.35, activation: ActivationOptions(name: "dyrelu-b"))
    #expect(try dynamic.graph().counted().multiplyAdds == 64_964_248)
    #expect(try Set(dynamic.graph().places().map(\.site)) == ["stem", "A1", "A2", "A3", "last"])
    let swish = NetworkOptions(network: "mobilenet-v2", activation: ActivationOptions(name: "h-swish"))
    #expect(try GraphShapes(swish.graph()).sites.allSatisfy { $0.activation.kind == "h-swish" })
  }

  @Test("options reach the network")
  func options() throws {
    let options = NetworkOptions(
      network: "mobilenet-v2", width: 0.35, input: Extent2D(height: 64, width: 32),
      activation: ActivationOptions(
        name: "dyrelu-c", functions: 3, dynamicFunctions: 2, reduction: 16, hasIntercepts: false),
      positions: ["A1", "last"])
    let expected = MobileNetV2(
      width: 0.35, input: FeatureShape(height: 64, width: 32, channels: 3),
      rectifier: .dynamic(
        DynamicReLU(variant: .c, functions: 3, dynamicFunctions: 2, reduction: 16, hasIntercepts: false)),
      positions: [.first, .last])
    #expect(try options.graph() == expected.graph())
  }

  @Test("initial values and ranges reach every site, the ranges alone where K = 1, and cost nothing")
  func hyperParameters() throws {
    func options(_ activation: ActivationOptions) -> NetworkOptions {
      NetworkOptions(network: "mobilenet-v2", width: 0.35, activation: activation)
    }
    let graph = try options(
      ActivationOptions(
        name: "dyrelu-b", initialSlopes: [1, 0.5], initialIntercepts: [-0.1, 0], slopeRange: 2, interceptRange: 0.25)
    ).graph()
    let sites = try GraphShapes(graph).sites.filter { $0.activation.isDynamic }
    #expect(Set(sites.map(\.place.site)) == ["A1", "A2", "A3"])
    for site in sites {
      guard case .hyper(let hyper) = site.activation.coefficients else {
        Issue.record("\(site.node) has no hyper function")
        continue
      }
      let isProjection = site.place.site == "A3"
      #expect(hyper.initialSlopes == (isProjection ? [1] : [1, 0.5]), "\(site.node)")
      #expect(hyper.initialIntercepts == (isProjection ? [0] : [-0.1, 0]), "\(site.node)")
      #expect(hyper.slopeRange == 2 && hyper.interceptRange == 0.25, "\(site.node)")
    }
    let own = try graph.counted()
    let usual = try options(ActivationOptions(name: "dyrelu-b")).graph().counted()
    #expect(own.parameters == usual.parameters && own.multiplyAdds == usual.multiplyAdds)
  }

  @Test(
    "an option that cannot be is named, with what is possible",
    arguments: [
      (NetworkOptions(network: "vgg"), "--network vgg", "resnet-50"),
      (NetworkOptions(network: "mobilenet-v2", width: 0), "--width 0.0", "above 0"),
      (NetworkOptions(network: "mobilenet-v2", width: .nan), "--width nan", "above 0"),
      (NetworkOptions(network: "mobilenet-v2", width: 17), "--width 17.0", "at most 16"),
      (NetworkOptions(network: "resnet-18", width: 1), "--width 1.0", "resnet-18 has one width"),
      (NetworkOptions(network: "resnet-18", input: Extent2D(0)), "--input 0x0", "at least 1x1"),
      (NetworkOptions(network: "resnet-18", input: Extent2D(-5)), "--input -5x-5", "at least 1x1"),
      (NetworkOptions(network: "resnet-18", input: Extent2D(60_000)), "--input 60000x60000", "node input"),
      (NetworkOptions(network: "resnet-18", positions: ["A4"]), "--positions A4", "A1, A2, A3"),
      (NetworkOptions(network: "resnet-18", positions: []), "--positions", "no position"),
    ])
  func refused(options: NetworkOptions, option: String, problem: String) {
    let error = #expect(throws: NetworkOptionError.self) { try options.graph() }
    #expect(error?.option == option && error?.problem.contains(problem) == true, "\(error?.description ?? "")")
  }
}
