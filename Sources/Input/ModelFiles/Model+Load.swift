import Networks

extension Model {
  /// Reads model files, each of the kind that its content shows; every network in them becomes a variant of one model.
  ///
  /// A name that several files use gets its file's name in front (`FILE:NAME`), and a number behind if that is not
  /// enough.
  ///
  /// - Throws: ``ModelFileError`` naming the first file that is not valid as a whole.
  public static func load(_ paths: [String]) throws(ModelFileError) -> Model {
    precondition(!paths.isEmpty, "a model takes at least one file")
    var files: [(name: String, file: ModelFile)] = []
    for path in paths { files.append((lastComponent(path), try ModelReaders.read(path: path))) }
    var uses: [String: Int] = [:]
    for variant in files.flatMap(\.file.variants) { uses[variant.name, default: 0] += 1 }
    var taken: Set<String> = Set(uses.filter { $0.value == 1 }.keys)
    var variants: [Variant] = []
    for (fileName, file) in files {
      for var variant in file.variants {
        if uses[variant.name, default: 0] > 1 {
          let plain = "\(fileName):\(variant.name)"
          var name = plain
          var number = 2
          while !taken.insert(name).inserted {
            name = "\(plain) \(number)"
            number += 1
          }
          variant.name = name
        }
        variants.append(variant)
      }
    }
    return Model(
      fileName: files.map(\.name).joined(separator: ", "), variants: variants,
      warnings: files.flatMap(\.file.warnings))
  }

  private static func lastComponent(_ path: String) -> String {
    (path.split(separator: "/").last.map(String.init) ?? path).printable
  }
}
