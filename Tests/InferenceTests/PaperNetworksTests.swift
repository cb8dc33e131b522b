import Foundation
import Inference
import Kernels
import Networks
import Tensors
import Testing

/// The paper's networks with weights drawn from their names, held to what `training/golden_paper_networks.py` had
/// PyTorch make of them in double precision.
@Suite struct PaperNetworksTests {
  /// Largest difference of an output, relative to the largest output.
  static let tolerance = 1e-4

  /// A network's options and some of its outputs, as the file has them.
  struct Golden: Decodable, CustomTestStringConvertible {
    let network: String
    let height: Int
    let width: Int
    let multiplier: Double?
    let activation: String?
    let functions: Int?
    let dynamicFunctions: Int?
    let reduction: Int?
    let noIntercepts: Bool?
    let positions: [String]?
    let alpha: [Float]?
    let beta: [Float]?
    let lambdaA: Float?
    let lambdaB: Float?
    let gain: Double
    let largest: Double
    let every: Int
    let outputs: [Double]

    var testDescription: String {
      let parts: [String?] = [
        network, multiplier.map { "×\($0)" }, activation, functions.map { "K = \($0)" },
        dynamicFunctions.map { "\($0) dynamic" }, noIntercepts == true ? "no intercepts" : nil,
        reduction.map { "R = \($0)" }, alpha.map { "α = \($0)" }, beta.map { "β = \($0)" },
        lambdaA.map { "λa = \($0)" }, lambdaB.map { "λb = \($0)" }, positions?.joined(separator: "+"),
      ]
      return parts.compactMap { $0 }.joined(separator: " ")
    }

    var options: NetworkOptions {
      NetworkOptions(
        network: network, width: multiplier, input: Extent2D(height: height, width: width),
        activation: ActivationOptions(
          name: activation, functions: functions, dynamicFunctions: dynamicFunctions, reduction: reduction,
          hasIntercepts: noIntercepts.map { !$0 }, initialSlopes: alpha, initialIntercepts: beta, slopeRange: lambdaA,
          interceptRange: lambdaB), positions: positions)
    }

    static func read(_ name: String) throws -> [Golden] {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      let data = try Data(contentsOf: folder.appending(path: "Golden/paper-networks/\(name).json"))
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode([Golden].self, from: data)
    }
  }

  @Test("every activation of the paper's tables gives PyTorch's logits", arguments: try Golden.read("activations"))
  func activations(golden: Golden) throws { try check(golden) }

  @Test(
    "initial values and ranges, those of Table 9 among them, give PyTorch's logits",
    arguments: try Golden.read("hyper-parameters"))
  func hyperParameters(golden: Golden) throws { try check(golden) }

  @Test("every network of the paper gives PyTorch's logits", arguments: try Golden.read("networks"))
  func networks(golden: Golden) throws { try check(golden) }

  @Test("every keypoint network of the paper gives PyTorch's heat maps", arguments: try Golden.read("keypoints"))
  func keypoints(golden: Golden) throws { try check(golden) }

  @Test("the files hold every network and every activation")
  func coverage() throws {
    let all = try ["activations", "networks", "keypoints"].flatMap(Golden.read)
    #expect(Set(all.map(\.network)) == Set(NetworkOptions.names))
    #expect(Set(all.compactMap(\.activation)) == Set(ActivationOptions.names))
    for name in NetworkOptions.names {
      let activations = all.filter { $0.network == name }.map(\.activation)
      #expect(activations.contains(nil) && activations.contains { $0?.hasPrefix("dyrelu") == true }, "\(name)")
    }
  }

  private func check(_ golden: Golden) throws {
    let graph = try golden.options.graph()
    let plan = try Plan(graph, weights: DrawnWeights.weights(of: graph, gain: golden.gain), kernels: .best)
    let map = Executor(plan).run(DrawnWeights.image(plan.input), image: ImageIdentity(ordinal: 0, key: 0)).array
    let shape = plan.shapes.output
    let stride = shape.positions == 1 ? shape.channels : shape.channelStride
    let values = (0..<shape.positions).flatMap { map[$0 * stride..<$0 * stride + shape.channels] }
    let found = Swift.stride(from: 0, to: values.count, by: golden.every).map { Double(values[$0]) }
    try #require(found.count == golden.outputs.count)
    let difference = zip(found, golden.outputs).map { abs($0 - $1) }.max() ?? .infinity
    #expect(
      difference <= Self.tolerance * golden.largest, "off by \(difference / golden.largest) of the largest output")
  }
}
