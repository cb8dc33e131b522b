import Files
import Networks
import PlainText

extension Model {
  /// Reads model files, each of the kind that its content shows; every network in them becomes a variant of one model.
  ///
  /// A name that several files use gets what tells its file apart in front (`FILE:NAME`, or `FOLDER:NAME` where files
  /// are called alike), and a number behind where one file is named twice.
  ///
  /// - Throws: ``ModelFileError`` naming the first file that is not valid as a whole, or that the options do not go
  ///   with.
  public static func load(
    _ paths: [String], options: ReadingOptions = ReadingOptions()
  ) throws(ModelFileError) -> Model {
    precondition(!paths.isEmpty, "a model takes at least one file")
    var files: [(name: String, file: ModelFile)] = []
    let names = FileNames(paths)
    for path in paths {
      files.append((names.short[path] ?? path, try ModelReaders.read(path: path, options: options)))
    }
    if let option = options.given, !files.contains(where: \.file.takesOptions) {
      throw ModelFileError(
        file: paths[0],
        problem: "says itself how images become its input and what its classes are; \(option) go with ONNX files")
    }
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
      fileName: paths.map { names.titles[$0] ?? $0 }.joined(separator: ", "), variants: variants,
      warnings: files.flatMap(\.file.warnings))
  }
}

/// What files are called, so that different ones have different names.
private struct FileNames {
  /// By path: as many of its last parts as tell it apart.
  let titles: [String: String]
  /// The same without last parts that all files have.
  let short: [String: String]

  init(_ paths: [String]) {
    let here = resolved([UInt8(ascii: ".")]).map { String(decoding: $0, as: UTF8.self) } ?? ""
    var parts: [String: [Substring]] = [:]
    for path in paths { parts[path] = Self.parts(path.hasPrefix("/") ? path : here + "/" + path) }
    let different = Set(parts.values.map { $0.joined(separator: "/") }).count
    let longest = parts.values.map(\.count).max() ?? 0
    let needed =
      (1...max(1, longest)).first { count in
        Set(parts.values.map { $0.suffix(count).joined(separator: "/") }).count == different
      } ?? longest
    let ends = parts.mapValues { $0.suffix(needed) }
    titles = ends.mapValues { $0.joined(separator: "/").printable }
    let common = (0..<needed).prefix { drop in Set(ends.values.map { $0.dropLast(drop).last }).count == 1 }.count
    let dropped = different > 1 ? min(common, needed - 1) : 0
    short = ends.mapValues { $0.dropLast(dropped).joined(separator: "/").printable }
  }

  /// A path's parts without `.` and `..`.
  private static func parts(_ path: String) -> [Substring] {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts
  }
}
