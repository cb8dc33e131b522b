import Files

/// A table of the classes of images, as a user gives it: a line for each image with its path or name, and its class.
struct ClassTable {
  /// What a table says of the images of a source.
  struct Matches {
    /// The word for each image; nil where there is none.
    var words: [PathBytes?]
    /// Images that several lines with different classes, or lines for several images, may mean.
    var ambiguous = 0
    /// Lines that no image was found for.
    var unusedLines = 0
  }

  private struct Line {
    let path: PathBytes
    let word: PathBytes
  }

  private let lines: [Line]
  /// The lines by the last name of their paths, without an image's ending.
  private var byName: [PathBytes: [Int]] = [:]

  /// Reads the table at `path`: comma-separated where its name ends in `.csv`, else a path, a tab or spaces, and a
  /// class.
  init(_ path: String) throws(ImageSourceError) {
    let rows = try TextLines.read(path)
    lines = ImageNames.ending(of: PathBytes(path.utf8)) == ".csv" ? Self.commaSeparated(rows) : Self.spaced(rows)
    guard !lines.isEmpty else {
      throw .unreadable(path: path, words: "it has no line with an image and its class")
    }
    for (index, line) in lines.enumerated() { byName[Self.key(line.path), default: []].append(index) }
  }

  /// What the table says of images with these paths.
  func matches(_ images: [PathBytes]) -> Matches {
    var found = Matches(words: Array(repeating: nil, count: images.count))
    var choices: [(lines: [Int], isExact: Bool)] = []
    var users: [Int: Int] = [:]
    for path in images {
      let choice = lines(for: path)
      choices.append(choice)
      for line in choice.lines { users[line, default: 0] += 1 }
    }
    for (index, choice) in choices.enumerated() where !choice.lines.isEmpty {
      let words = Set(choice.lines.map { lines[$0].word })
      let isShared = !choice.isExact && choice.lines.contains { users[$0] ?? 0 > 1 }
      if words.count == 1, !isShared { found.words[index] = words.first } else { found.ambiguous += 1 }
    }
    found.unusedLines = lines.count - users.count
    return found
  }

  /// What the table says of an image for all that is known before the others come: nil where lines differ.
  func word(for image: PathBytes) -> PathBytes? {
    let words = Set(lines(for: image).lines.map { lines[$0].word })
    return words.count == 1 ? words.first : nil
  }

  /// The lines that mean an image: those with its very path, else those of which one path ends in the other, else the
  /// same without the endings of the names.
  private func lines(for image: PathBytes) -> (lines: [Int], isExact: Bool) {
    guard let candidates = byName[Self.key(image)] else { return ([], false) }
    let exact = candidates.filter { lines[$0].path == image }
    if !exact.isEmpty { return (exact, true) }
    let ending = candidates.filter { Self.end(lines[$0].path, image) }
    if !ending.isEmpty { return (ending, false) }
    return (candidates.filter { Self.end(Self.stem(lines[$0].path), Self.stem(image)) }, false)
  }

  /// Whether the longer path ends in the shorter one, name by name.
  private static func end(_ one: PathBytes, _ other: PathBytes) -> Bool {
    let (short, long) = one.count < other.count ? (one, other) : (other, one)
    return long.reversed().starts(with: short.reversed())
      && (long.count == short.count || long[long.count - short.count - 1] == UInt8(ascii: "/"))
  }

  private static func stem(_ path: PathBytes) -> PathBytes {
    ImageNames.isImage(path) ? PathBytes(path.dropLast(ImageNames.ending(of: path).utf8.count)) : path
  }

  private static func key(_ path: PathBytes) -> PathBytes { lastComponent(stem(path)) ?? [] }

  // MARK: Reading

  private static func line(_ path: ArraySlice<UInt8>, _ word: ArraySlice<UInt8>) -> Line? {
    guard let path = StatedClass.trimmed(path), let word = StatedClass.trimmed(word) else { return nil }
    return Line(path: path.starts(with: Array("./".utf8)) ? PathBytes(path.dropFirst(2)) : path, word: word)
  }

  private static func spaced(_ rows: [ArraySlice<UInt8>]) -> [Line] {
    rows.compactMap { row in
      let place = row.firstIndex(of: UInt8(ascii: "\t")) ?? row.firstIndex(of: UInt8(ascii: " "))
      return place.flatMap { line(row[..<$0], row[($0 + 1)...]) }
    }
  }

  /// Names of columns that hold images and classes.
  private static let imageColumns: Set<String> = [
    "image", "images", "imageid", "image_id", "name", "path", "file", "filename", "file_name", "key",
  ]
  private static let classColumns: Set<String> = [
    "class", "class_name", "classname", "cls", "label", "labels", "target", "wnid", "synset", "predictionstring",
  ]

  private static func commaSeparated(_ rows: [ArraySlice<UInt8>]) -> [Line] {
    guard let first = rows.first.map(fields) else { return [] }
    let names = first.map { String(decoding: $0, as: UTF8.self).lowercased() }
    let image = names.firstIndex(where: imageColumns.contains)
    let word = names.firstIndex(where: classColumns.contains)
    let isHeader = image != nil || word != nil
    let (imageColumn, classColumn) = (image ?? (word == 0 ? 1 : 0), word ?? (image == 1 ? 0 : 1))
    return rows.dropFirst(isHeader ? 1 : 0).compactMap { row in
      let fields = fields(row)
      guard fields.count > max(imageColumn, classColumn) else { return nil }
      // Kaggle's column of that name has a box behind the class.
      let hasBoxes = names.indices.contains(classColumn) && names[classColumn] == "predictionstring"
      let field = fields[classColumn]
      let word = hasBoxes ? field.split(separator: UInt8(ascii: " ")).first ?? [] : field[...]
      return line(fields[imageColumn][...], word)
    }
  }

  /// The fields of a line, with quotes as in RFC 4180; a line end in quotes ends the line all the same.
  private static func fields(_ row: ArraySlice<UInt8>) -> [[UInt8]] {
    var fields: [[UInt8]] = [[]]
    var isQuoted = false
    var rest = row
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && rest.first == UInt8(ascii: "\""):
        fields[fields.count - 1].append(byte)
        rest = rest.dropFirst()
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted: fields.append([])
      default: fields[fields.count - 1].append(byte)
      }
    }
    return fields
  }
}
