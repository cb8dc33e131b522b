package import Files

/// What an archive says of one of its members, before its data are read.
package struct ArchiveMember: Sendable, Equatable {
  package enum Kind: Sendable, Equatable { case file, folder, link, other }

  /// Its name's bytes as they stand in the archive; nil where they cannot be told.
  package var name: PathBytes?
  package var kind: Kind
  /// Bytes of its data; nil where the archive says that behind them.
  package var size: Int?
  /// Where its data begin in the archive's file, where they lie there as they are; nil in zip and compressed archives.
  package var offset: Int?
  package var isEncrypted: Bool
  /// Whether its data have holes, which are not in the archive.
  package var isSparse: Bool
}

/// Why an archive, or the data of a member, cannot be read, in words that follow its path.
package struct ArchiveFailure: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ words: String) { description = words }
}
