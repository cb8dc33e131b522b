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
  /// One of the parts is in memory at a time, beside what those before it became and the names of their images. What
  /// the parts are of is compared before anything is merged.
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
    var names = PartNames()
    var merged = try folded(
      paths, read: { archive throws(RunFileProblem) in try names.taken(from: archive.run()) }, compact: settled)
    names.give(to: &merged)
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

  /// The same run, with what was merged of it worked out: memory then holds it once, however many parts it is of.
  static func settled(_ saved: SavedRun) throws(RunFileError) -> SavedRun {
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

  /// The names of the parts' images, beside the parts: joined once, at the end, for all names would be copied with each
  /// part.
  private struct PartNames {
    /// Of each run, those of its parts.
    private var names: [[SourceNames]] = []
    private var ordinals = ImageSet()

    /// The part without its names; refuses one that names an image of a part before it.
    mutating func taken(from part: SavedRun) throws(RunFileProblem) -> SavedRun {
      var part = part
      let own = part.runs.lazy.compactMap(\.figure.names).first?.ordinals ?? ImageSet()
      let common = ordinals.intersection(own)
      guard common.isEmpty else {
        throw RunFileProblem("it names the images \(common), which a part before it names, too")
      }
      ordinals = ordinals.union(own)
      for index in part.runs.indices {
        guard let own = part.runs[index].figure.names else { continue }
        if names.count <= index { names += Array(repeating: [], count: index + 1 - names.count) }
        names[index].append(own)
        part.runs[index].setNames(own.withoutImages)
      }
      return part
    }

    /// Gives the names of all parts to what they became.
    func give(to merged: inout SavedRun) {
      for index in merged.runs.indices where names.indices.contains(index) {
        if let first = names[index].first { merged.runs[index].setNames(first.joined(names[index])) }
      }
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
