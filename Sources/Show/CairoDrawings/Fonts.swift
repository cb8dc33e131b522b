import CCairo
import Drawings
import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The fonts that text is drawn with: those of the system, found by fontconfig, and those beside the program.
///
/// Text is measured with DejaVu Sans, which is asked for first; characters that it lacks come from a font that has
/// them.
@safe public final class Fonts {
  private var faces: [Key: OpaquePointer] = unsafe [:]
  /// No hinting, so that lengths are the same at every size, and no colours at the edges of letters.
  let options = unsafe cairo_font_options_create()

  private static let families = ["DejaVu Sans", "Verdana", "Liberation Sans", "Arial", "Helvetica", "sans-serif"]

  private struct Key: Hashable {
    var isBold: Bool
    /// The characters beyond ASCII that a font must have.
    var characters: [UInt32]
  }

  /// - Parameter folders: Folders with fonts beside those of the system; one that is not there is none.
  public init(folders: [String] = Fonts.foldersBesideProgram) {
    unsafe cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    unsafe cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    unsafe cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    for folder in folders where unsafe access(folder, R_OK) == 0 {
      // The default configuration; fontconfig copies the path.
      _ = unsafe FcConfigAppFontAddDir(nil, folder)
    }
  }

  deinit {
    unsafe faces.values.forEach { unsafe cairo_font_face_destroy($0) }
    unsafe cairo_font_options_destroy(options)
  }

  /// `share/dyviz/fonts` of the place that the program is installed in: `bin` and `share` lie side by side.
  public static var foldersBesideProgram: [String] {
    FileSystem.executable.map { [FileSystem.join(FileSystem.share(of: $0), "fonts")] } ?? []
  }

  /// An error where there is no font: found before a run, not after it.
  public func check() throws(CairoFailure) { _ = unsafe try face(for: "", isBold: false) }

  /// The face for a text, which the fonts keep.
  ///
  /// - Throws: where there is no font at all.
  func face(for text: String, isBold: Bool) throws(CairoFailure) -> OpaquePointer {
    let key = Key(isBold: isBold, characters: Set(text.unicodeScalars.map(\.value).filter { $0 > 126 }).sorted())
    if let face = unsafe faces[key] { return unsafe face }
    let face = try unsafe makeFace(key)
    unsafe faces[key] = unsafe face
    return unsafe face
  }

  private func makeFace(_ key: Key) throws(CairoFailure) -> OpaquePointer {
    // What fontconfig makes here is given back here; faces hold references of their own.
    let pattern = unsafe FcPatternCreate()
    defer { unsafe FcPatternDestroy(pattern) }
    for family in Self.families { unsafe FcPatternAddString(pattern, FC_FAMILY, family) }
    unsafe FcPatternAddInteger(pattern, FC_WEIGHT, key.isBold ? FC_WEIGHT_BOLD : FC_WEIGHT_NORMAL)
    unsafe FcPatternAddBool(pattern, FC_SCALABLE, FcBool(FcTrue))
    if !key.characters.isEmpty {
      let characters = unsafe FcCharSetCreate()
      for character in key.characters { unsafe FcCharSetAddChar(characters, character) }
      unsafe FcPatternAddCharSet(pattern, FC_CHARSET, characters)
      unsafe FcCharSetDestroy(characters)
    }
    unsafe FcConfigSubstitute(nil, pattern, FcMatchPattern)
    unsafe FcDefaultSubstitute(pattern)
    var result = FcResultNoMatch
    let found = unsafe FcFontMatch(nil, pattern, &result)
    defer { if let found = unsafe found { unsafe FcPatternDestroy(found) } }
    var file: UnsafeMutablePointer<FcChar8>?
    guard let found = unsafe found, unsafe FcPatternGetString(found, FC_FILE, 0, &file) == FcResultMatch,
      let face = unsafe cairo_ft_font_face_create_for_pattern(found)
    else {
      throw CairoFailure(
        "no font is found, which PDF and PNG files need: install one, as with apt install fonts-dejavu-core; SVG files need none"
      )
    }
    try CairoWriter.check(unsafe cairo_font_face_status(face))
    return unsafe face
  }
}
