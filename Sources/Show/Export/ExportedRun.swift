import Figures
import Files
import Networks
import PlainText
import Statistics

/// A run that was exported: one variant's folder, as `dyviz stats` writes it, read back for a comparison.
///
/// `summary.json` and `sites.csv` must be there; densities are known where `scatter.csv` is. The files are held to each
/// other: the same sites, and as many pairs in the bins as the summary counts.
public enum ExportedRun {
  /// Reads a folder; the side is called as the folder is.
  ///
  /// - Throws: ``ExportedRunError`` naming the file, what was expected and what came.
  public static func read(_ folder: String) throws(ExportedRunError) -> RunSide {
    guard let status = FileStatus(PathBytes(folder.utf8)) else {
      throw ExportedRunError(folder, "expected a folder that dyviz stats wrote, but there is none")
    }
    guard status.kind == .folder else {
      throw ExportedRunError(folder, "expected a folder that dyviz stats wrote, but it is a file")
    }
    let path = { FileSystem.join(folder, $0) }
    let summary = try self.summary(path("summary.json"), folder: folder)
    let measures = try parsed(path("sites.csv")) { bytes throws(CSVReader.Failure) in
      try SitesCSV.read(bytes, of: summary.places)
    }
    let hasDensities = FileSystem.exists(path("scatter.csv"))
    let densities =
      try hasDensities
      ? parsed(path("scatter.csv")) { bytes throws(CSVReader.Failure) in
        try ScatterCSV.read(bytes, of: summary.places, pairs: summary.sites.map(\.pairs))
      } : summary.sites.map { _ in nil }
    let sites = summary.sites.indices.map { index in
      let site = summary.sites[index]
      let lines = SiteSide.lines(slopes: site.slopes.map(\.mean), intercepts: site.intercepts.map(\.mean))
      return SiteSide(
        place: summary.places[index].place, node: site.node, quantities: measures[index] + lines,
        density: densities[index])
    }
    return RunSide(
      name: folder, conditions: summary.conditions, top1: summary.top1, top5: summary.top5, sites: sites,
      hasDensities: hasDensities)
  }

  private static func summary(_ path: String, folder: String) throws(ExportedRunError) -> ExportedSummary {
    guard FileSystem.exists(path) else {
      let below = (folderEntries(PathBytes(folder.utf8)) ?? []).map { String(decoding: $0.name, as: UTF8.self) }
        .filter { FileSystem.exists("\(folder)/\($0)/summary.json") }.sorted()
      let hint = below.isEmpty ? "" : "; its folders have one: \(below.joined(separator: ", "))"
      throw ExportedRunError(path, "expected a summary that dyviz stats wrote, but there is none\(hint)")
    }
    do {
      return try ExportedSummary(bytes(path))
    } catch let error as ExportedRunError {
      throw error
    } catch let error as ExportedSummary.OtherFormat {
      throw ExportedRunError(path, "\(error)")
    } catch let error as DecodingError {
      throw ExportedRunError(path, "expected a summary that dyviz stats wrote, but \(error.words)")
    } catch {
      throw ExportedRunError(path, "expected a summary that dyviz stats wrote: \(error)")
    }
  }

  /// What a table's reader makes of a file.
  private static func parsed<Value>(
    _ path: String, _ read: ([UInt8]) throws(CSVReader.Failure) -> Value
  ) throws(ExportedRunError) -> Value {
    let bytes = try bytes(path)
    do throws(CSVReader.Failure) {
      return try read(bytes)
    } catch {
      throw ExportedRunError(path, "\(error)")
    }
  }

  private static func bytes(_ path: String) throws(ExportedRunError) -> [UInt8] {
    do throws(RegularFile.Failure) {
      let file = try RegularFile(path: PathBytes(path.utf8))
      return try file.read(0..<file.size)
    } catch {
      throw ExportedRunError(path, "expected a file that dyviz stats wrote, but \(error.words)")
    }
  }
}

/// Why a folder is no exported run.
public struct ExportedRunError: Error, Equatable, CustomStringConvertible {
  /// The file or folder.
  public let path: String
  /// What was expected there and what came.
  public let problem: String

  init(_ path: String, _ problem: String) {
    self.path = path
    self.problem = problem
  }

  /// `PATH: PROBLEM`, safe to print on a terminal.
  public var description: String { "\(path): \(problem)".escaped }
}

/// A site by what names it in every table.
struct ExportedPlace: Equatable {
  let place: SitePlace
  let node: String
}

extension RegularFile.Failure {
  fileprivate var words: String {
    switch self {
    case .zeroByteInPath: "its name has a zero byte"
    case .folder: "it is a folder"
    case .notRegular: "it is no regular file"
    case .shrunk: "it was cut short while it was read"
    case .notOpened(let reason), .notExamined(let reason), .notRead(let reason): "it cannot be read: \(reason)"
    }
  }
}
