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
      hasIntercepts: noIntercepts ? false : nil)
    return NetworkOptions(
      network: network ?? "", width: width, input: try input.map(extent), activation: activation,
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
    if let positions { parts.append("at \(positions)") }
    return parts.joined(separator: ", ")
  }

  /// `224` or `256x192`.
  private func extent(_ text: String) throws -> Extent2D {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let height = sides[0], let width = sides[sides.count - 1] else {
      throw ValidationError("--input \(text): must be a side or HEIGHTxWIDTH")
    }
    return Extent2D(height: height, width: width)
  }
}
