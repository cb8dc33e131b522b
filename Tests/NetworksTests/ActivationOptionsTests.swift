import Networks
import Testing

@Suite struct ActivationOptionsTests {
  @Test("names mean the paper's activations, with its values")
  func names() throws {
    let expected: [String: ActivationChoice] = [
      "relu": .relu, "relu6": .relu6, "h-swish": .hardSwish, "leaky-relu": .leakyReLU(slope: 0.01),
      "rrelu": .leakyReLU(slope: (1.0 / 8 + 1.0 / 3) / 2), "prelu": .parametricReLU,
      "se+relu": .squeezeReLU(reduction: 8), "maxout": .maxout(functions: 2),
      "dyrelu-a": .dynamic(DynamicReLU(variant: .a)), "dyrelu-b": .dynamic(DynamicReLU(variant: .b)),
      "dyrelu-c": .dynamic(DynamicReLU(variant: .c)),
    ]
    #expect(Set(expected.keys) == Set(ActivationOptions.names))
    for (name, choice) in expected { #expect(try ActivationOptions(name: name).choice() == choice, "\(name)") }
    #expect(try ActivationOptions().choice() == nil)
  }

  @Test(
    "options that an activation does not have, or that are out of range, are named",
    arguments: [
      (ActivationOptions(name: "gelu"), "--activation gelu"),
      (ActivationOptions(name: "relu", functions: 2), "--functions"),
      (ActivationOptions(functions: 2), "--functions"),
      (ActivationOptions(name: "prelu", reduction: 8), "--reduction"),
      (ActivationOptions(name: "maxout", hasIntercepts: false), "--no-intercepts"),
      (ActivationOptions(name: "se+relu", dynamicFunctions: 1), "--dynamic-functions"),
      (ActivationOptions(name: "maxout", functions: 0), "--functions 0"),
      (ActivationOptions(name: "dyrelu-b", functions: 17), "--functions 17"),
      (ActivationOptions(name: "dyrelu-b", functions: 2, dynamicFunctions: 3), "--dynamic-functions 3"),
      (ActivationOptions(name: "dyrelu-a", reduction: 0), "--reduction 0"),
    ])
  func refused(options: ActivationOptions, option: String) {
    let error = #expect(throws: NetworkOptionError.self) { try options.choice() }
    #expect(error?.option == option && error?.problem.isEmpty == false)
  }
}
