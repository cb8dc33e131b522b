import Tensors

/// One activation of a network with the shape that it sees: what a user can look at.
public struct ActivationSite: Sendable, Equatable, Identifiable {
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

  /// Creates a site.
  public init(id: Int, node: String, shape: FeatureShape, activation: Activation) {
    self.id = id
    self.node = node
    self.place = activation.place
    self.shape = shape
    self.activation = activation
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

  /// Creates an identity.
  public init(ordinal: Int, key: UInt64) {
    self.ordinal = ordinal
    self.key = key
  }
}

/// An activation's slopes and intercepts for one image: what the hyper function gave, before any attention.
///
/// Function k of channel c is at `k * stride + c`; ``channels`` is 1 when all channels share. Borrowed: valid during the call.
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

/// Inputs x and outputs y of an activation at consecutive positions of one image.
///
/// Position p (row-major, counted from `positions.lowerBound`) has its channels at `p * channelStride`. Borrowed: valid during the call.
public struct ActivationSample: Sendable {
  /// The activation's inputs.
  public let x: TensorSlice
  /// Its outputs, laid out like ``x``.
  public let y: TensorSlice
  /// Channels in use at each position.
  public let channels: Int
  /// Floats from one position to the next.
  public let channelStride: Int
  /// Row-major positions `row * width + column` that the sample covers.
  public let positions: Range<Int>

  /// Creates a sample.
  public init(x: TensorSlice, y: TensorSlice, channels: Int, channelStride: Int, positions: Range<Int>) {
    precondition(x.count >= positions.count * channelStride && y.count >= positions.count * channelStride)
    self.x = x
    self.y = y
    self.channels = channels
    self.channelStride = channelStride
    self.positions = positions
  }
}

/// What an executor tells about its activations while one image runs through.
///
/// For each image and site: first ``wantsElements(of:)``, then the coefficients once, then the attention (DY-ReLU-C), then, if elements
/// are wanted, the samples that together cover every position once, in order. Everything handed over is borrowed for the call.
public protocol ActivationObserver: AnyObject {
  /// Whether x and y of a site are wanted; where not, the executor need not keep them.
  func wantsElements(of site: ActivationSite) -> Bool
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
