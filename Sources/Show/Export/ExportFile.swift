/// One file to be written: its name and what makes its bytes, piece by piece, so that a large file never stands in
/// memory whole.
public struct ExportFile: Sendable {
  /// The file's name, without a folder.
  public let name: String
  /// Hands the bytes over in order.
  public let write: @Sendable (_ emit: ([UInt8]) throws -> Void) throws -> Void

  /// A file made in pieces.
  public init(name: String, write: @escaping @Sendable (_ emit: ([UInt8]) throws -> Void) throws -> Void) {
    precondition(!name.isEmpty && !name.contains("/"), "an export file is named without a folder")
    self.name = name
    self.write = write
  }

  /// A file that is known whole.
  public init(name: String, bytes: @autoclosure @escaping @Sendable () -> [UInt8]) {
    self.init(name: name) { emit in try emit(bytes()) }
  }

  /// All bytes.
  public func bytes() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try write { bytes += $0 }
    return bytes
  }
}
