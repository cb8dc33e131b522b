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
      (ActivationOptions(name: "relu", initialSlopes: [1, 0]), "--alpha"),
      (ActivationOptions(initialIntercepts: [0, 0]), "--beta"),
      (ActivationOptions(name: "maxout", slopeRange: 2), "--lambda-a"),
      (ActivationOptions(name: "se+relu", interceptRange: 1), "--lambda-b"),
      (ActivationOptions(name: "dyrelu-b", hasIntercepts: false, interceptRange: 1), "--lambda-b"),
      (ActivationOptions(name: "dyrelu-b", initialSlopes: [1, 0.5, 0]), "--alpha 1.0,0.5,0.0"),
      (ActivationOptions(name: "dyrelu-b", functions: 3, initialIntercepts: [0]), "--beta 0.0"),
      (ActivationOptions(name: "dyrelu-b", initialSlopes: [.nan, 0]), "--alpha nan,0.0"),
      (ActivationOptions(name: "dyrelu-c", initialIntercepts: [0, -.infinity]), "--beta 0.0,-inf"),
      (ActivationOptions(name: "dyrelu-b", slopeRange: -1), "--lambda-a -1.0"),
      (ActivationOptions(name: "dyrelu-b", slopeRange: .infinity), "--lambda-a inf"),
      (ActivationOptions(name: "dyrelu-a", interceptRange: .nan), "--lambda-b nan"),
    ])
  func refused(options: ActivationOptions, option: String) {
    let error = #expect(throws: NetworkOptionError.self) { try options.choice() }
    #expect(error?.option == option && error?.problem.isEmpty == false)
  }

  @Test("too many or too few initial values are counted against K")
  func counts() {
    let many = ActivationOptions(name: "dyrelu-b", functions: 1, initialSlopes: [1, 0])
    #expect(throws: NetworkOptionError("--alpha 1.0,0.0", problem: "must be 1 number, one for each function, not 2")) {
      try many.choice()
    }
    let few = ActivationOptions(name: "dyrelu-b", functions: 3, initialIntercepts: [0.25])
    #expect(throws: NetworkOptionError("--beta 0.25", problem: "must be 3 numbers, one for each function, not 1")) {
      try few.choice()
    }
  }

  @Test("initial values without computed intercepts are allowed: b = β")
  func fixedIntercepts() throws {
    let options = ActivationOptions(name: "dyrelu-a", hasIntercepts: false, initialIntercepts: [0, 0.1])
    #expect(
      try options.choice()
        == .dynamic(DynamicReLU(variant: .a, hasIntercepts: false, initialIntercepts: [0, 0.1])))
  }
}
