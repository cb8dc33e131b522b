extension Model {
  /// Reads model files; every network in them becomes a variant of one model.
  ///
  /// A name that several files use gets its file's name in front (`FILE/NAME`).
  ///
  /// - Throws: ``ModelFileError`` naming the first file that is not valid as a whole.
  public static func load(_ paths: [String]) throws(ModelFileError) -> Model {
    throw ModelFileError(file: paths.first ?? "", problem: "no model file is read yet")
  }
}
