extension String {
  /// Text from outside in HTML, SVG or XML, between elements or in quotation marks: no character of it is markup, none
  /// could steer a reader's screen, and none is one that XML does not have.
  package var asMarkup: String {
    var markup = ""
    for scalar in escaped.unicodeScalars {
      switch scalar {
      case "&": markup += "&amp;"
      case "<": markup += "&lt;"
      case ">": markup += "&gt;"
      case "\"": markup += "&quot;"
      case "\u{FFFE}", "\u{FFFF}": markup += "\u{FFFD}"
      default: markup.unicodeScalars.append(scalar)
      }
    }
    return markup
  }
}
