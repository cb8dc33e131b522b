import Figures
import Files
import ModelFiles
import Networks
import PlainText
import Statistics

extension RunFile {
  /// Parts of one run as one: the whole run, byte for byte, where these are all parts of it, else a part that says
  /// which shares it holds.
  ///
  /// One of the parts is in memory at a time, beside what those before it became. What the parts are of is compared
  /// before anything is merged.
  ///
  /// - Parameters:
  ///   - paths: The parts' files.
  ///   - isWhole: Whether they must be all parts.
  /// - Throws: ``RunFileError`` naming the part that cannot be read or does not go together with those before it, and
  ///   the shares that are missing.
  public static func merged(_ paths: [String], isWhole: Bool = false) throws(RunFileError) -> SavedRun {
    let outline = try folded(paths, read: { $0.outline }, compact: { $0 })
    if isWhole, let part = outline.part {
      throw RunFileError(
        description: "\(paths.count) files are no whole run: they hold \(part.words); missing: "
          + RunPart.list(part.missing))
    }
    let merged = try folded(paths, read: read, compact: settled)
    try checkNames(merged)
    return merged
  }

  /// What parts become, one after the other.
  private static func folded(
    _ paths: [String], read: (RunArchive) throws(RunFileProblem) -> SavedRun,
    compact: (SavedRun) throws(RunFileError) -> SavedRun
  ) throws(RunFileError) -> SavedRun {
    var merged: SavedRun?
    for path in paths {
      let part = try self.read(path: path, read)
      if merged == nil, let problem = part.unfinishedWords {
        throw RunFileError(description: "\(path) is not over and cannot be merged: \(problem)")
      }
      do throws(FindingMismatch) {
        try merged?.merge(part)
      } catch {
        throw RunFileError(description: "\(path) does not go together with the parts before it: \(error)")
      }
      do throws(RunFileError) {
        merged = try merged.map(compact) ?? part
      } catch {
        throw RunFileError(description: "\(path) and the parts before it are together no run: \(error)")
      }
    }
    guard let merged else { throw RunFileError(description: "there is no part to merge") }
    return merged
  }

  private static func read(_ archive: RunArchive) throws(RunFileProblem) -> SavedRun { try archive.run() }

  /// The same run, with what was merged of it worked out: memory then holds it once, however many parts it is of.
  private static func settled(_ saved: SavedRun) throws(RunFileError) -> SavedRun {
    do {
      return try RunArchive(SafetensorsArchive(archive(saved))).run(isOwn: true)
    } catch let error as RunFileError {
      throw error
    } catch let error as RunFileProblem {
      throw RunFileError(description: error.text)
    } catch {
      throw RunFileError(description: "\(error)")
    }
  }

  /// Refuses a whole run whose images are not those of the list that its parts say.
  private static func checkNames(_ saved: SavedRun) throws(RunFileError) {
    guard saved.part == nil, let names = saved.runs.first?.figure.names else { return }
    let fingerprint = ImagePaths.fingerprint(names.images)
    guard names.ordinals == ImageSet(0..<names.images.count), fingerprint == saved.origin.images else {
      throw RunFileError(
        description: "the parts name \(names.images.count) images with the SHA-256 \(fingerprint), but their list has "
          + saved.origin.images)
    }
  }
}
