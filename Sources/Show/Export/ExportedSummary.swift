import Figures
import FoundationEssentials
import Networks

/// What a comparison takes from ``SummaryJSON``'s text.
struct ExportedSummary: Decodable {
  struct Site: Decodable {
    var block: Int
    var site: String
    var node: String
    var elements: UInt64
    var outsideRange: UInt64
    var notFinite: UInt64
    var slopes: [Moments]
    var intercepts: [Moments]

    /// Pairs in the bins of `scatter.csv`.
    var pairs: UInt64 { elements &- outsideRange &- notFinite }
  }

  struct Moments: Decodable {
    var mean: Double?
  }

  /// A summary of another version.
  struct OtherFormat: Error, CustomStringConvertible {
    var format: Int
    var description: String {
      "expected a summary of format \(SummaryJSON.format), but it is of format \(format); write it again with dyviz stats"
    }
  }

  private struct Format: Decodable {
    var format: Int
  }

  var exact: Bool
  var images: Int
  var skipped: Int
  var labelled: Int
  var top1: Double?
  var top5: Double?
  var sites: [Site]

  /// Reads the text; the format first, as another one may have other members.
  init(_ bytes: [UInt8]) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let format = try decoder.decode(Format.self, from: Data(bytes)).format
    guard format == SummaryJSON.format else { throw OtherFormat(format: format) }
    self = try decoder.decode(Self.self, from: Data(bytes))
  }

  /// The sites by their names.
  var places: [ExportedPlace] {
    sites.map { ExportedPlace(place: SitePlace(block: $0.block, site: $0.site), node: $0.node) }
  }

  var conditions: RunSide.Conditions {
    RunSide.Conditions(images: images, skipped: skipped, labelled: labelled, isExact: exact)
  }
}
