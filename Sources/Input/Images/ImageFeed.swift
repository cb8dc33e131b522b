/// Hands images to the workers of one pass, each once: what can be read from any place as it is, what comes one after
/// the other (the members of a compressed archive, standard input) with its bytes.
///
/// A worker reads the bytes of its own next images while it has the turn, and decodes them when it has given it up: no
/// worker waits while another decodes, and in memory are the images of one batch for each worker.
public protocol ImageFeed: AnyObject, Sendable {
  /// How many images there are altogether, or were by now where that is not known before the end.
  var count: Int { get }
  /// Whether ``count`` will not change any more.
  var isCounted: Bool { get }
  /// The next images; none when all are handed out.
  ///
  /// - Parameter size: How many, of so many that are left.
  /// - Throws: ``ImageSourceError`` where nothing can follow.
  func next(_ size: (_ left: Int) -> Int) throws(ImageSourceError) -> [FedImage]
}

/// An image on its way to a worker.
public struct FedImage: Sendable {
  /// Which it is.
  public let item: ImageItem
  /// Its place in the order in which the pass hands images out.
  public let position: Int
  /// Its bytes, or why there are none; nil where a worker reads them itself.
  let content: Result<[UInt8], ImageFailure.Reason>?
}

/// Bytes of images that are handed out together at the most, but for the last one.
let mostFedBytes = 64 << 20
