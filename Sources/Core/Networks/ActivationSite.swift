import Tensors

/// One activation of a network with the shape that it sees: what a user can look at.
public struct ActivationSite: Sendable, Equatable, Identifiable, Codable {
  /// Index among the graph's activations, in the order in which they run.
  public let id: Int
  /// The node's name.
  public let node: String
  /// Block and position in the block.
  public let place: SitePlace
  /// The feature map's shape.
  public let shape: FeatureShape
  /// The activation's options.
  public let activation: Activation
  /// The role of the convolution whose output it takes; nil where that is none of an inverted residual block.
  public let role: ConvolutionRole?

  /// Creates a site.
  public init(
    id: Int, node: String, shape: FeatureShape, activation: Activation, role: ConvolutionRole? = nil
  ) {
    self.id = id
    self.node = node
    self.place = activation.place
    self.shape = shape
    self.activation = activation
    self.role = role
  }

  /// Checks a site that comes from a file.
  ///
  /// - Throws: `GraphError` for numbers that no network's site has.
  public func check() throws(GraphError) {
    _ = try FeatureShape.checked(height: shape.height, width: shape.width, channels: shape.channels, node: node)
    try activation.validate(node: node)
    guard place == activation.place else { throw GraphError(node: node, problem: "has two places") }
  }

  /// Channels that have coefficients of their own: 1 when they are shared (DY-ReLU-A, static ReLU).
  public var coefficientChannels: Int { activation.sharing == .perChannel ? shape.channels : 1 }
}

/// Which image a sample comes from.
public struct ImageIdentity: Sendable, Hashable {
  /// Its position in the source's fixed order.
  public let ordinal: Int
  /// A hash of its path below the image folder: the same however the images are split among runs.
  public let key: UInt64
  /// Index of the class that it is labelled with; nil where there is none.
  public let label: Int?

  /// Creates an identity.
  public init(ordinal: Int, key: UInt64, label: Int? = nil) {
    self.ordinal = ordinal
    self.key = key
    self.label = label
  }
}

/// An activation's slopes and intercepts for one image: what the hyper function gave, before any attention.
///
/// Function k of channel c is at `k * stride + c`; ``channels`` is 1 when all channels share. Borrowed: valid during
/// the call.
public struct ActivationCoefficients: Sendable {
  /// K.
  public let functions: Int
  /// Channels with coefficients of their own.
  public let channels: Int
  /// Floats from one function's coefficients to the next function's.
  public let stride: Int
  /// a, `functions * stride` floats.
  public let slopes: TensorSlice
  /// b, `functions * stride` floats.
  public let intercepts: TensorSlice

  /// Creates a view of coefficients.
  public init(functions: Int, channels: Int, stride: Int, slopes: TensorSlice, intercepts: TensorSlice) {
    precondition(slopes.count >= functions * stride && intercepts.count >= functions * stride)
    self.functions = functions
    self.channels = channels
    self.stride = stride
    self.slopes = slopes
    self.intercepts = intercepts
  }
}

/// Inputs x and outputs y of an activation at some positions of one image: consecutive ones, or every n-th of a lattice
/// packed together.
///
/// Row i of `count` has its channels at `i * channelStride`; it is position `firstPosition + i * positionStep`,
/// row-major `row * width + column`. Borrowed: valid during the call.
public struct ActivationSample: Sendable {
  /// The activation's inputs.
  public let x: TensorSlice
  /// Its outputs, laid out like ``x``.
  public let y: TensorSlice
  /// Channels in use at each position.
  public let channels: Int
  /// Floats from one row to the next.
  public let channelStride: Int
  /// The position of row 0.
  public let firstPosition: Int
  /// Positions from one row to the next, at least 1.
  public let positionStep: Int
  /// Rows.
  public let count: Int

  /// Creates a sample of `count` positions, `positionStep` apart.
  public init(
    x: TensorSlice, y: TensorSlice, channels: Int, channelStride: Int, firstPosition: Int, positionStep: Int, count: Int
  ) {
    precondition(firstPosition >= 0 && positionStep > 0, "positions grow from row to row")
    precondition(x.count >= count * channelStride && y.count >= count * channelStride, "rows are missing")
    self.x = x
    self.y = y
    self.channels = channels
    self.channelStride = channelStride
    self.firstPosition = firstPosition
    self.positionStep = positionStep
    self.count = count
  }

  /// Creates a sample of consecutive positions.
  public init(x: TensorSlice, y: TensorSlice, channels: Int, channelStride: Int, positions: Range<Int>) {
    self.init(
      x: x, y: y, channels: channels, channelStride: channelStride, firstPosition: positions.lowerBound,
      positionStep: 1, count: positions.count)
  }
}

/// What an executor tells about its activations while one image runs through.
///
/// For each image and site: first ``wantedPositions(of:image:)``, then the coefficients once, then the attention
/// (DY-ReLU-C), then, if any are wanted, samples that together cover at least every wanted position, in order and each
/// position at most once. They may have rows for positions that are not wanted, which hold nothing of use;
/// ``PositionSelection/rows(of:)`` tells which are wanted. Everything handed over is borrowed for the call.
public protocol ActivationObserver: AnyObject {
  /// The positions of which x and y are wanted; those of others the executor need not keep.
  func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection
  /// The coefficients of one image at a site.
  func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity)
  /// Inputs and outputs of one image at a site.
  func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity)
  /// The spatial attention π of one image at a site of DY-ReLU-C: one factor for each position. Ignored by default.
  func observe(attention: TensorSlice, of site: ActivationSite, image: ImageIdentity)
}

extension ActivationObserver {
  /// Ignores the attention.
  public func observe(attention: TensorSlice, of site: ActivationSite, image: ImageIdentity) {}
}
