import CCairo
import Drawings

/// A drawing as a PDF page or a PNG picture, drawn by Cairo.
///
/// Equal drawings give equal bytes with the same Cairo and fonts: no date is written.
public enum CairoWriter {
  private static let millimetersToPoints = 72 / 25.4

  /// One page: text is text with its font inside, lines are lines, a picture keeps its pixels.
  public static func pdf(_ drawing: Drawing, fonts: Fonts) throws(CairoFailure) -> [UInt8] {
    let sink = ByteSink()
    let scale = millimetersToPoints
    // The sink outlives the surface, which is gone when this function returns.
    let surface = unsafe cairo_pdf_surface_create_for_stream(
      ByteSink.take, sink.pointer, drawing.width * scale, drawing.height * scale)
    defer { unsafe cairo_surface_destroy(surface) }
    unsafe cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5)
    unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, drawing.title)
    unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, drawing.description)
    unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "dyviz")
    unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "")
    try unsafe draw(drawing, on: surface, scale: scale, snaps: false, fonts: fonts)
    unsafe cairo_surface_finish(surface)
    try check(unsafe cairo_surface_status(surface))
    return withExtendedLifetime(sink) { sink.bytes }
  }

  /// A picture of so many dots an inch; pictures in it lie on whole dots, and every dot of them has one of their own
  /// colours.
  public static func png(_ drawing: Drawing, dotsPerInch: Double, fonts: Fonts) throws(CairoFailure) -> [UInt8] {
    let scale = dotsPerInch / 25.4
    let (width, height) = ((drawing.width * scale).rounded(), (drawing.height * scale).rounded())
    guard width < 32_000, height < 32_000 else {
      throw CairoFailure("a PNG file of \(width) by \(height) dots is too large; a side may have 32,000")
    }
    let surface = unsafe cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(max(1, width)), Int32(max(1, height)))
    defer { unsafe cairo_surface_destroy(surface) }
    try unsafe draw(drawing, on: surface, scale: scale, snaps: true, fonts: fonts)
    let sink = ByteSink()
    try check(unsafe cairo_surface_write_to_png_stream(surface, ByteSink.take, sink.pointer))
    let file = withExtendedLifetime(sink) { sink.bytes }
    return IndexedPNG.adding(
      [("Title", drawing.title), ("Description", drawing.description), ("Software", "dyviz")],
      dotsPerMeter: UInt32((dotsPerInch / 0.0254).rounded()), to: file)
  }

  private static func draw(
    _ drawing: Drawing, on surface: OpaquePointer?, scale: Double, snaps: Bool, fonts: Fonts
  ) throws(CairoFailure) {
    let context = unsafe cairo_create(surface)
    defer { unsafe cairo_destroy(context) }
    unsafe cairo_scale(context, scale, scale)
    let painter = unsafe CairoPainter(context: context, fonts: fonts, snaps: snaps)
    painter.paint(drawing.ground)
    for item in drawing.items { try painter.draw(item) }
    try check(unsafe cairo_status(context))
    unsafe cairo_surface_show_page(surface)
  }

  static func check(_ status: cairo_status_t) throws(CairoFailure) {
    guard status != CAIRO_STATUS_SUCCESS else { return }
    // Cairo's own constant text.
    let words = unsafe String(cString: cairo_status_to_string(status))
    throw CairoFailure("Cairo: \(words)")
  }
}

/// Why Cairo drew no file.
public struct CairoFailure: Error, Equatable, CustomStringConvertible {
  /// What went wrong, and what to do where that is known.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Takes the bytes that Cairo writes.
private final class ByteSink {
  private(set) var bytes: [UInt8] = []

  /// Valid while the sink lives.
  var pointer: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

  static let take: cairo_write_func_t = { closure, data, length in
    guard let closure = unsafe closure, let data = unsafe data else { return CAIRO_STATUS_WRITE_ERROR }
    // The pointer is a living sink's, and Cairo has `length` bytes there.
    let sink = unsafe Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
    unsafe sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
    return CAIRO_STATUS_SUCCESS
  }
}
