import ArgumentParser
import NetworkTables
import Networks

/// A network of the paper on the command line.
struct NetworkArguments: ParsableArguments {
  @Option(help: ArgumentHelp("The network: \(NetworkOptions.names.joined(separator: ", ")).", valueName: "name"))
  var network: String?

  @Option(help: "The width multiplier of a MobileNet; by default 1.")
  var width: Double?

  @Option(
    help: ArgumentHelp("Side of the images, or HEIGHTxWIDTH; by default 224, keypoints 256x192.", valueName: "size"))
  var input: String?

  @Option(
    help: ArgumentHelp(
      "The activation: \(ActivationOptions.names.joined(separator: ", ")); by default the network's own.",
      valueName: "name"))
  var activation: String?

  @Option(help: ArgumentHelp("K: linear functions, or Maxout's convolutions; by default 2.", valueName: "k"))
  var functions: Int?

  @Option(help: ArgumentHelp("How many of the K functions are dynamic; by default all.", valueName: "d"))
  var dynamicFunctions: Int?

  @Option(help: ArgumentHelp("R: channels over units of the hidden layer; by default 8.", valueName: "r"))
  var reduction: Int?

  @Flag(help: "Dynamic ReLU without intercepts.")
  var noIntercepts = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("α: initial slopes, K numbers; by default 1,0,0 and so on.", valueName: "numbers"))
  var alpha: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("β: initial intercepts, K numbers; by default 0,0 and so on.", valueName: "numbers"))
  var beta: String?

  @Option(help: ArgumentHelp("λa: range of the slopes around α; by default 1.", valueName: "number"))
  var lambdaA: Float?

  @Option(help: ArgumentHelp("λb: range of the intercepts around β; by default 0.5.", valueName: "number"))
  var lambdaB: Float?

  @Option(
    help: ArgumentHelp(
      """
      Where it stands, of A1,A2,A3,stem,last,hidden; by default A1,A2,A3 for what is computed from the input and Maxout, \
      and everywhere for other activations.
      """, valueName: "names"))
  var positions: String?

  /// The options as `Networks` takes them.
  func options() throws -> NetworkOptions {
    let activation = ActivationOptions(
      name: activation, functions: functions, dynamicFunctions: dynamicFunctions, reduction: reduction,
      hasIntercepts: noIntercepts ? false : nil, initialSlopes: try alpha.map { try numbers($0, of: "--alpha") },
      initialIntercepts: try beta.map { try numbers($0, of: "--beta") }, slopeRange: lambdaA, interceptRange: lambdaB)
    let size = try input.map { try Extent2D(argument: $0, of: "--input") }
    return NetworkOptions(
      network: network ?? "", width: width, input: size, activation: activation,
      positions: positions.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) })
  }

  /// What the network costs.
  func summary() throws -> NetworkSummary {
    let options = try options()
    do {
      return try NetworkSummary(options.graph(), title: title)
    } catch let error as NetworkOptionError {
      throw ValidationError("\(error)")
    }
  }

  private var title: String {
    var parts = [network ?? ""]
    if let width { parts.append("width \(width)") }
    if let activation { parts.append(activation) }
    if let functions { parts.append("K = \(functions)") }
    if let dynamicFunctions { parts.append("\(dynamicFunctions) dynamic") }
    if let reduction { parts.append("R = \(reduction)") }
    if noIntercepts { parts.append("no intercepts") }
    if let alpha { parts.append("α = (\(alpha))") }
    if let beta { parts.append("β = (\(beta))") }
    if let lambdaA { parts.append("λa = \(lambdaA)") }
    if let lambdaB { parts.append("λb = \(lambdaB)") }
    if let positions { parts.append("at \(positions)") }
    return parts.joined(separator: ", ")
  }

  /// `1,-0.5`.
  private func numbers(_ text: String, of option: String) throws -> [Float] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Float(part) else {
        throw ValidationError("\(option) \(text): must be numbers with commas between, as in 1,-0.5")
      }
      return number
    }
  }
}
