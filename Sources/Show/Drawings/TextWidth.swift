import PlainText

/// How wide text is, so that it can be laid out before anyone knows which font it will be drawn in.
///
/// The widths are those of DejaVu Sans, which figures ask for first and which is wide: in Arial, Helvetica or
/// Liberation Sans the same text is narrower, so what does not overlap here does not overlap there.
package enum TextWidth {
  /// The width of a line, in the unit of `size`.
  package static func of(_ text: String, size: Double, isBold: Bool = false) -> Double {
    let table = isBold ? bold : regular
    let thousandths = text.escaped.unicodeScalars.reduce(0) { sum, scalar in
      let index = Int(scalar.value) - 32
      return sum + (table.indices.contains(index) ? Int(table[index]) : width(of: scalar))
    }
    return Double(thousandths) * size / 1000
  }

  /// The line, or as much of its beginning as has room with an ellipsis behind it; empty where not even that has.
  package static func fitted(_ text: String, width: Double, size: Double, isBold: Bool = false) -> String {
    guard of(text, size: size, isBold: isBold) > width else { return text }
    var kept = text
    while !kept.isEmpty {
      kept.removeLast()
      let shortened = kept.drop(while: { $0 == " " }).isEmpty ? "" : kept + "…"
      if !shortened.isEmpty, of(shortened, size: size, isBold: isBold) <= width { return shortened }
    }
    return ""
  }

  /// The same with the line's end kept, which tells module paths apart; at least four characters of it.
  package static func ending(_ text: String, width: Double, size: Double) -> String {
    guard of(text, size: size) > width else { return text }
    var kept = text
    while kept.count > 4 {
      kept.removeFirst()
      if of("…" + kept, size: size) <= width { return "…" + kept }
    }
    return ""
  }

  /// Words in lines of a width; a word that is longer than a line is cut into several.
  package static func lines(_ text: String, width: Double, size: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ").flatMap({ parts(String($0), width: width, size: size) }) {
      let longer = line.isEmpty ? word : line + " " + word
      if line.isEmpty || of(longer, size: size) <= width {
        line = longer
      } else {
        lines.append(line)
        line = word
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  private static func parts(_ word: String, width: Double, size: Double) -> [String] {
    var parts: [String] = []
    var part = ""
    for character in word {
      if !part.isEmpty, of(part + String(character), size: size) > width {
        parts.append(part)
        part = ""
      }
      part.append(character)
    }
    return parts + [part]
  }

  /// Of what the table lacks: nothing for marks that stand over others, a whole em for the rest, which no font exceeds.
  private static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: 0
    default: 1000
    }
  }

  /// Thousandths of the size, from the space (32) to the tilde (126).
  private static let regular: [UInt16] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
  ]
  private static let bold: [UInt16] = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995,
    837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716,
    678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712,
    365, 712, 838,
  ]
}
