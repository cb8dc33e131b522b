import Tensors

/// A network of the paper and its options, by name, as a user writes them.
public struct NetworkOptions: Sendable, Equatable {
  /// `mobilenet-v2`, `resnet-50` and so on; see ``names``.
  public var network: String
  /// The width multiplier of a MobileNet; nil for 1.
  public var width: Double?
  /// The image's height and width; nil for the network's usual ones.
  public var input: Extent2D?
  /// Which activation; see ``ActivationOptions``.
  public var activation: ActivationOptions
  /// Names of the positions where it stands, `A1`, `A2`, `A3`, `stem`, `last`, `hidden`. Nil is as in the paper's
  /// tables: inside the blocks for what is computed from the input and Maxout, everywhere for the others.
  public var positions: [String]?

  /// The networks that there are.
  public static let names = [
    "mobilenet-v2", "mobilenet-v3-large", "mobilenet-v3-small", "resnet-10", "resnet-18", "resnet-34", "resnet-50",
    "keypoints-mobilenet-v2", "keypoints-mobilenet-v3-large", "keypoints-mobilenet-v3-small",
  ]

  package init(
    network: String, width: Double? = nil, input: Extent2D? = nil, activation: ActivationOptions = ActivationOptions(),
    positions: [String]? = nil
  ) {
    self.network = network
    self.width = width
    self.input = input
    self.activation = activation
    self.positions = positions
  }

  /// The network that the options describe.
  ///
  /// - Throws: ``NetworkOptionError`` naming the option, what came and what is possible.
  public func graph() throws(NetworkOptionError) -> Graph {
    guard Self.names.contains(network) else {
      throw NetworkOptionError(
        "--network \(network)", problem: "is unknown; there are \(Self.names.joined(separator: ", "))")
    }
    if let input, input.height < 1 || input.width < 1 {
      throw NetworkOptionError("--input \(input.height)x\(input.width)", problem: "must be at least 1x1")
    }
    let choice = try activation.choice()
    let usual = choice?.isUsuallyInBlocks == true ? NetworkPosition.blocks : Set(NetworkPosition.allCases)
    let graph = try graph(choice: choice, positions: checkedPositions() ?? usual, width: checkedWidth())
    do {
      _ = try GraphShapes(graph)
      return graph
    } catch {
      let size = input.map { "--input \($0.height)x\($0.width)" } ?? "--network \(network)"
      throw NetworkOptionError(size, problem: "does not fit \(network): \(error)")
    }
  }

  private func graph(choice: ActivationChoice?, positions: Set<NetworkPosition>, width: Double) -> Graph {
    let isKeypoints = network.hasPrefix("keypoints-")
    let size = input ?? (isKeypoints ? Extent2D(height: 256, width: 192) : Extent2D(224))
    let shape = FeatureShape(height: size.height, width: size.width, channels: 3)
    func keypoints(_ backbone: KeypointNetwork.Backbone) -> Graph {
      KeypointNetwork(
        backbone, input: shape, backboneRectifier: choice, headRectifier: choice, positions: positions
      ).graph()
    }
    func mobileNetV3(_ size: MobileNetV3.Size) -> Graph {
      MobileNetV3(size, width: width, input: shape, rectifier: choice, positions: positions).graph()
    }
    switch network {
    case "mobilenet-v2":
      return MobileNetV2(width: width, input: shape, rectifier: choice ?? .relu6, positions: positions).graph()
    case "mobilenet-v3-large": return mobileNetV3(.large)
    case "mobilenet-v3-small": return mobileNetV3(.small)
    case "keypoints-mobilenet-v2": return keypoints(.mobileNetV2(width: width))
    case "keypoints-mobilenet-v3-large": return keypoints(.mobileNetV3(.large, width: width))
    case "keypoints-mobilenet-v3-small": return keypoints(.mobileNetV3(.small, width: width))
    default:
      let depth = Int(network.dropFirst("resnet-".count)).flatMap(ResNet.Depth.init)
      return ResNet(depth ?? .fifty, input: shape, rectifier: choice ?? .relu, positions: positions).graph()
    }
  }

  private func checkedWidth() throws(NetworkOptionError) -> Double {
    guard let width else { return 1 }
    guard width > 0, width <= 16 else {
      throw NetworkOptionError("--width \(width)", problem: "must be above 0 and at most 16")
    }
    guard !network.hasPrefix("resnet-") else {
      throw NetworkOptionError("--width \(width)", problem: "\(network) has one width only")
    }
    return width
  }

  private func checkedPositions() throws(NetworkOptionError) -> Set<NetworkPosition>? {
    guard let positions else { return nil }
    var found: Set<NetworkPosition> = []
    for name in positions {
      guard let position = NetworkPosition(rawValue: name) else {
        let names = NetworkPosition.allCases.map(\.rawValue).joined(separator: ", ")
        throw NetworkOptionError("--positions \(name)", problem: "is unknown; there are \(names)")
      }
      found.insert(position)
    }
    guard !found.isEmpty else { throw NetworkOptionError("--positions", problem: "names no position") }
    return found
  }
}

extension ActivationChoice {
  /// Whether the paper's tables have it inside the blocks only.
  fileprivate var isUsuallyInBlocks: Bool {
    if case .maxout = self { true } else { isDynamic }
  }
}

/// An option that cannot be: which, and why.
public struct NetworkOptionError: Error, Equatable, CustomStringConvertible {
  /// The option as it was given.
  public let option: String
  /// What is wrong with it.
  public let problem: String

  package init(_ option: String, problem: String) {
    self.option = option
    self.problem = problem
  }

  /// `OPTION: PROBLEM`.
  public var description: String { "\(option): \(problem)" }
}
