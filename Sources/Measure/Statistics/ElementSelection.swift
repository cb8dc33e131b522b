import Networks
import Tensors

/// Which elements of a feature map a density counts: all of them, or a lattice of positions that moves from image to
/// image.
///
/// The lattice takes every 17th position in row-major order, with all its channels. 17 divides few map widths, so the
/// positions lie on diagonals and cover rows and columns evenly; the first one is drawn from the image's key and the
/// site, so it is the same however the images are split, and over many images every position is taken equally often.
public struct ElementSelection: Sendable, Equatable {
  /// Positions from one lattice point to the next.
  public static let latticeStep = 17

  /// Ids of the sites of which every element is taken.
  public let everyElement: Set<Int>
  /// Whether every element is taken at all sites.
  public let exact: Bool
  /// Whether none is taken anywhere: coefficients alone are of interest.
  public private(set) var isEmpty = false

  /// Takes every element of the sites `everyElement`, or of all when `exact`.
  package init(everyElement: Set<Int>, exact: Bool = false) {
    self.everyElement = everyElement
    self.exact = exact
  }

  /// Takes nothing.
  public static var nothing: ElementSelection {
    var selection = ElementSelection(everyElement: [])
    selection.isEmpty = true
    return selection
  }

  /// Takes every element after depthwise convolutions (Fig. 3 shows these), or of all sites when `exact`.
  public init(_ sites: [ActivationSite], exact: Bool = false) {
    self.init(everyElement: Set(sites.filter { $0.role == .depthwise }.map(\.id)), exact: exact)
  }

  /// Positions from one taken to the next at a site: 1 or ``latticeStep``.
  public func step(at site: Int) -> Int {
    exact || everyElement.contains(site) ? 1 : Self.latticeStep
  }

  /// The share of each image's positions that is taken at a site, 0...1.
  public func share(at site: Int) -> Double { isEmpty ? 0 : 1 / Double(step(at: site)) }

  /// The positions taken of one image at a site.
  public func positions(at site: Int, image: ImageIdentity) -> PositionSelection {
    guard !isEmpty else { return .none }
    let step = step(at: site)
    guard step > 1 else { return .all }
    return .lattice(first: Int(Self.hash(image.key, site: site) % UInt64(step)), step: step)
  }

  /// SplitMix64's finaliser over key and site.
  private static func hash(_ key: UInt64, site: Int) -> UInt64 {
    var bits = key &+ UInt64(truncatingIfNeeded: site &+ 1) &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
