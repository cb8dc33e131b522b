import Files
import PlainText

/// The files that hold a model's tensors: its own, and those beside it, inside the model's own folder, whatever links
/// say.
final class ExternalFiles {
  /// The model's own file; nil where there is none.
  let model: WeightsFile?
  private let folder: PathBytes?
  private var known: [String: (file: WeightsFile, bytes: [UInt8])] = [:]

  /// Most bytes of all files together.
  static let maximumBytes = 1 << 31
  private var total = 0

  /// Files beside the model at `path`; with nil there are none.
  init(beside path: String?, model: WeightsFile? = nil) {
    self.model = model
    folder = path.flatMap { path in
      resolved(PathBytes(path.utf8)).map { Array($0.prefix(through: $0.lastIndex(of: UInt8(ascii: "/")) ?? 0)) }
    }
  }

  /// The bytes that a tensor's `external_data` names, and where they stand.
  func bytes(of tensor: Message) throws(ONNXProblem) -> (bytes: ArraySlice<UInt8>, place: FilePlace) {
    var entries: [String: String] = [:]
    for range in try tensor.ranges(13, "external_data") {
      let entry = try Message(tensor.bytes, range, name: "\(tensor.name), external_data")
      entries[try entry.text(1, "its key")] = try entry.text(2, "its value")
    }
    guard let location = entries["location"], !location.isEmpty else {
      throw ONNXProblem("\(tensor.name) is in another file, but external_data has no location")
    }
    let (file, bytes) = try file(location, tensor.name)
    let offset = try number("offset", entries, tensor.name) ?? 0
    guard offset <= bytes.count else {
      throw ONNXProblem("\(tensor.name) begins at byte \(offset) of \(location.quoted), which has \(bytes.count)")
    }
    let length = try number("length", entries, tensor.name) ?? bytes.count - offset
    guard length <= bytes.count - offset else {
      throw ONNXProblem(
        "\(tensor.name) takes \(length) bytes from byte \(offset) of \(location.quoted), which has \(bytes.count)")
    }
    let range = offset..<offset + length
    return (bytes[range], FilePlace(file: file, range: range))
  }

  private func number(_ key: String, _ entries: [String: String], _ name: String) throws(ONNXProblem) -> Int? {
    guard let text = entries[key] else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw ONNXProblem("\(name): the \(key) \(text.quoted) of external_data is no number of bytes")
    }
    return number
  }

  private func file(
    _ location: String, _ tensor: String
  ) throws(ONNXProblem) -> (file: WeightsFile, bytes: [UInt8]) {
    if let known = known[location] { return known }
    func problem(_ words: String) -> ONNXProblem {
      ONNXProblem("\(tensor) is in the file \(location.quoted), \(words)")
    }
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.utf8.contains(0), !location.hasPrefix("/"), !parts.contains("..") else {
      throw problem("but files of a model lie in its own folder")
    }
    guard let folder, let path = resolved(folder + PathBytes(location.utf8)) else {
      throw problem("which is not there")
    }
    guard path.starts(with: folder) else { throw problem("a link that leads out of the model's folder") }
    let (file, bytes): (WeightsFile, [UInt8])
    do throws(RegularFile.Failure) {
      file = WeightsFile(try RegularFile(path: path), name: location)
      guard file.size <= Self.maximumBytes - total else {
        throw RegularFile.Failure.notRead("more than \(Self.maximumBytes) bytes of a model's files")
      }
      bytes = try file.bytes()
    } catch { throw problem("which \(error.words)") }
    total += bytes.count
    known[location] = (file, bytes)
    return (file, bytes)
  }
}
