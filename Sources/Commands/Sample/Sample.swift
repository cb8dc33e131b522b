import Files

/// The sample: a model of several variants and the images to look at it with.
///
/// Wherever it lies, a checkout, an installation or where a user had it written, it is two folders beside each other.
package struct Sample: Equatable {
  /// The folder that holds both.
  package let folder: String

  private static let model = "sample-weights"
  private static let images = "sample-images"

  /// The sample in a folder; nil where there is none.
  package init?(in folder: String) {
    guard FileSystem.exists("\(folder)/\(Self.model)/model.bin"), FileSystem.isFolder("\(folder)/\(Self.images)") else {
      return nil
    }
    self.folder = folder
  }

  /// The sample that belongs to a program: that of its installation (PREFIX/bin/dyviz has PREFIX/share/dyviz), or that
  /// of the checkout in which it was built.
  ///
  /// - Parameter executable: The program's absolute path, links resolved.
  package init?(of executable: String) {
    let candidates = Self.folders(above: executable)
    let places = [FileSystem.share(of: executable)] + candidates.dropFirst()
    guard let found = places.lazy.compactMap({ Sample(in: $0) }).first else { return nil }
    self = found
  }

  /// Where the model is, below `folder`.
  package static func modelPath(in folder: String) -> String { FileSystem.join(folder, "\(model)/model.bin") }
  /// Where the images are, below `folder`.
  package static func imagesPath(in folder: String) -> String { FileSystem.join(folder, images) }

  /// Writes the sample into a new folder, whole or not at all.
  ///
  /// - Throws: ``FileError`` where something of that name is there already, or it cannot be written.
  package func write(to target: String) throws(FileError) {
    let signals = HeldSignals()
    let outcome = Result { () throws(FileError) in
      let new = try NewFolder(at: target)
      for part in [Self.model, Self.images] { try new.copy(FileSystem.join(folder, part), as: part) }
      try new.commit()
    }
    // What is half written is gone by now: a signal that was held back may end the program.
    _ = consume signals
    try outcome.get()
  }

  /// The folders that hold a file, the nearest first, up to the root.
  private static func folders(above path: String) -> [String] {
    var parts = path.split(separator: "/")
    var folders: [String] = []
    while !parts.isEmpty {
      parts.removeLast()
      folders.append("/" + parts.joined(separator: "/"))
    }
    return folders
  }
}
