import Networks

/// One image file of a source, or what cannot be looked into; pixels are read later, by an ``ImageReader``.
public struct ImageItem: Sendable, Equatable {
  /// The folder it was found under, as the user named it; for a file named by the user, its folder ("" for none).
  let root: String
  /// Its path below ``root``: the same however the root is spelled.
  public let relativePath: String
  /// The bytes of ``relativePath`` where they are not UTF-8.
  let rawRelativePath: [UInt8]?
  /// Position in the source's order, a hash of the relative path's bytes, and the class whose label is the name of the
  /// nearest enclosing folder that bears one.
  public let identity: ImageIdentity
  /// Why it cannot be read, where that came out already when it was listed.
  let failure: ImageFailure.Reason?

  /// The index of that class; nil where there is none.
  public var label: Int? { identity.label }

  /// The path to show: the root and the relative path.
  public var path: String { joined(root, relativePath) }

  /// The bytes to open the file by.
  var rawPath: [UInt8] {
    guard let rawRelativePath else { return Array(path.utf8) }
    return Array(joined(root, "").utf8) + rawRelativePath
  }
}

/// `root/relative`, without doubling a slash and without inventing one for an empty root.
private func joined(_ root: String, _ relative: String) -> String {
  root.isEmpty || root.hasSuffix("/") ? root + relative : "\(root)/\(relative)"
}
