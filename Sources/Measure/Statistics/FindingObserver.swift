import Networks
import Tensors

/// What one worker counts while images go through a network. One owner at a time: the worker feeds it and hands out
/// copies in between.
public protocol FindingObserver: ActivationObserver, Sendable {
  /// The id of the only site that it looks at; nil where it may look at all.
  var watchedSite: Int? { get }
  /// What an image became before it went into the network, of a shape and with nothing between positions; valid during
  /// the call. Ignored by default.
  func observe(input: TensorSlice, _ shape: FeatureShape, image: ImageIdentity)
  /// The network's result for an image, one logit for each class, and the image's class where it is known. Ignored by
  /// default.
  func observe(logits: [Float], label: Int?, image: ImageIdentity)
  /// Notes that so many more images are through as much of the network as is needed.
  func finish(images: Int)
  /// A copy of what is known about a question; nil when this does not count it.
  func finding(_ question: Question) -> (any Finding)?
}

extension FindingObserver {
  /// All sites.
  public var watchedSite: Int? { nil }

  /// Ignores the input.
  public func observe(input: TensorSlice, _ shape: FeatureShape, image: ImageIdentity) {}

  /// Ignores the result.
  public func observe(logits: [Float], label: Int?, image: ImageIdentity) {}
}
