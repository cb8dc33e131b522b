import Figures
import Statistics

extension RunFile {
  /// Runs over images of their own as one run over all of them, in the order of the paths: byte for byte what one run
  /// over these sources, named one after the other, gives.
  ///
  /// - Parameters:
  ///   - paths: The runs' files.
  ///   - doubt: Why the classes of some variant's images, source by source, may not be those of all sources together;
  ///     nil where they are.
  /// - Throws: ``RunFileError`` naming the run that cannot be read or does not go together with those before it.
  public static func joined(
    _ paths: [String], doubt: ([SourceNames]) -> String?
  ) throws(RunFileError) -> SavedRun {
    var joined: SavedRun?
    var names: [[SourceNames]] = []
    var lists: [String: String] = [:]
    for path in paths {
      let run = try read(path: path)
      let list = ImagePaths.fingerprint(run.runs.first?.figure.names?.images ?? [])
      if let earlier = lists.updateValue(path, forKey: list) {
        throw RunFileError(
          description: "\(path) is of images with the names of those of \(earlier): the same images would count twice")
      }
      names.append(run.unchanged.compactMap(\.figure.names))
      do throws(FindingMismatch) { try joined?.join(run) } catch {
        throw RunFileError(description: "\(path) does not go together with the runs before it: \(error)")
      }
      joined = try joined.map(settled) ?? run
    }
    guard var joined else { throw RunFileError(description: "there is no run to join") }
    for variant in joined.unchanged.indices {
      let sources = names.compactMap { $0.indices.contains(variant) ? $0[variant] : nil }
      if let doubt = doubt(sources) {
        throw RunFileError(
          description: "the classes of \(paths.count) runs are not those of one over all images: \(doubt)")
      }
    }
    joined.origin.images = ImagePaths.fingerprint(joined.runs.first?.figure.names?.images ?? [])
    return joined
  }
}
