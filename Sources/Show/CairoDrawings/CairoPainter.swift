import CCairo
import Drawings
import PlainText

/// Draws items of a drawing on a Cairo context whose unit is the millimetre. The context outlives it.
@safe struct CairoPainter {
  private let context: OpaquePointer?
  private let fonts: Fonts
  /// Whether pictures are moved to whole dots.
  private let snaps: Bool

  init(context: OpaquePointer?, fonts: Fonts, snaps: Bool) {
    unsafe self.context = unsafe context
    self.fonts = fonts
    self.snaps = snaps
  }

  /// Covers the sheet.
  func paint(_ color: DrawingColor) {
    set(color, opacity: 1)
    unsafe cairo_paint(context)
  }

  func draw(_ item: Drawing.Item) throws(CairoFailure) {
    switch item {
    case .line(let line): draw(line)
    case .box(let box): draw(box)
    case .text(let text): try draw(text)
    case .picture(let picture): try draw(picture)
    case .group(_, let items): for item in items { try draw(item) }
    }
  }

  private func set(_ color: DrawingColor, opacity: Double) {
    unsafe cairo_set_source_rgba(
      context, Double(color.red) / 255, Double(color.green) / 255, Double(color.blue) / 255, opacity)
  }

  private func stroke(_ stroke: Drawing.Stroke) {
    set(stroke.color, opacity: stroke.opacity)
    unsafe cairo_set_line_width(context, stroke.width)
    unsafe cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    unsafe cairo_stroke(context)
  }

  private func draw(_ line: Drawing.Line) {
    unsafe cairo_new_path(context)
    for piece in line.pieces {
      for (index, point) in piece.enumerated() {
        if index == 0 {
          unsafe cairo_move_to(context, point.x, point.y)
        } else {
          unsafe cairo_line_to(context, point.x, point.y)
        }
      }
    }
    stroke(line.stroke)
  }

  private func draw(_ box: Drawing.Box) {
    if let fill = box.fill {
      set(fill, opacity: 1)
      unsafe cairo_rectangle(context, box.frame.x, box.frame.y, box.frame.width, box.frame.height)
      unsafe cairo_fill(context)
    }
    if let edge = box.edge {
      unsafe cairo_rectangle(context, box.frame.x, box.frame.y, box.frame.width, box.frame.height)
      stroke(edge)
    }
  }

  private func draw(_ text: Drawing.Text) throws(CairoFailure) {
    let words = text.text.escaped
    unsafe cairo_save(context)
    defer { unsafe cairo_restore(context) }
    unsafe cairo_set_font_face(context, try fonts.face(for: words, isBold: text.isBold))
    unsafe cairo_set_font_size(context, text.size)
    unsafe cairo_set_font_options(context, fonts.options)
    var extents = cairo_text_extents_t()
    unsafe cairo_text_extents(context, words, &extents)
    let shift =
      switch text.anchor {
      case .start: 0.0
      case .middle: -extents.x_advance / 2
      case .end: -extents.x_advance
      }
    set(text.color, opacity: 1)
    unsafe cairo_translate(context, text.place.x, text.place.y)
    if text.runsUpwards { unsafe cairo_rotate(context, -Double.pi / 2) }
    unsafe cairo_move_to(context, shift, 0)
    unsafe cairo_show_text(context, words)
  }

  private func draw(_ picture: Drawing.Picture) throws(CairoFailure) {
    guard picture.columns > 0, picture.rows > 0 else { return }
    let image = try unsafe pixels(of: picture)
    defer { unsafe cairo_surface_destroy(image) }
    let frame = snaps ? snapped(picture.frame) : picture.frame
    unsafe cairo_save(context)
    defer { unsafe cairo_restore(context) }
    unsafe cairo_translate(context, frame.x, frame.y)
    unsafe cairo_scale(context, frame.width / Double(picture.columns), frame.height / Double(picture.rows))
    unsafe cairo_set_source_surface(context, image, 0, 0)
    // A pixel is a sharp rectangle: nothing between two of them is made up.
    unsafe cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
    unsafe cairo_rectangle(context, 0, 0, Double(picture.columns), Double(picture.rows))
    unsafe cairo_fill(context)
  }

  /// The rectangle of whole dots that is nearest to a frame.
  private func snapped(_ frame: Drawing.Frame) -> Drawing.Frame {
    func moved(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
      var (x, y) = (x, y)
      unsafe cairo_user_to_device(context, &x, &y)
      (x, y) = (x.rounded(), y.rounded())
      unsafe cairo_device_to_user(context, &x, &y)
      return (x, y)
    }
    let (start, end) = (moved(frame.x, frame.y), moved(frame.right, frame.bottom))
    return Drawing.Frame(x: start.x, y: start.y, width: end.x - start.x, height: end.y - start.y)
  }

  /// The picture as a surface of Cairo's; the caller destroys it.
  private func pixels(of picture: Drawing.Picture) throws(CairoFailure) -> OpaquePointer? {
    let image = unsafe cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, Int32(picture.columns), Int32(picture.rows))
    let status = unsafe cairo_surface_status(image)
    guard status == CAIRO_STATUS_SUCCESS, let data = unsafe cairo_image_surface_get_data(image) else {
      unsafe cairo_surface_destroy(image)
      try CairoWriter.check(status)
      throw CairoFailure("Cairo has no memory for a picture of \(picture.columns) by \(picture.rows) pixels")
    }
    let stride = Int(unsafe cairo_image_surface_get_stride(image))
    let colors = picture.palette.map { UInt32($0.red) << 16 | UInt32($0.green) << 8 | UInt32($0.blue) }
    for row in 0..<picture.rows {
      for column in 0..<picture.columns {
        let color = colors[Int(picture.pixels[row * picture.columns + column])]
        // Inside the surface: `rows` rows of `stride` bytes, each of at least `columns` 32-bit pixels.
        unsafe UnsafeMutableRawPointer(data).storeBytes(
          of: color, toByteOffset: row * stride + 4 * column, as: UInt32.self)
      }
    }
    unsafe cairo_surface_mark_dirty(image)
    return unsafe image
  }
}
