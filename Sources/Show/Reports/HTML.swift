import Drawings
import PlainText

/// A piece of a page. What is text is escaped when it is written, and only what stands in this program's source can be
/// written as it is, so no name of a file or a model can become markup.
package indirect enum HTML: Sendable {
  /// Text from anywhere.
  case text(String)
  /// An element with its attributes and what is in it.
  case node(StaticString, Attributes, [HTML])
  /// A style sheet or a script of this program's own, inside its element: it has no `<` and no `&`, so that it means
  /// the same to readers of HTML and of XML.
  case code(StaticString)
  /// A drawing, as SVG.
  case drawing(Drawing)

  /// Attributes in their order: names of this program, values from anywhere.
  package struct Attributes: Sendable, ExpressibleByDictionaryLiteral {
    fileprivate var pairs: [(name: StaticString, value: String)]

    package init(dictionaryLiteral pairs: (StaticString, String)...) { self.pairs = pairs.map { ($0, $1) } }

    /// Adds an attribute; nothing for nil.
    mutating func add(_ name: StaticString, _ value: String?) {
      if let value { pairs.append((name, value)) }
    }
  }

  /// An element.
  package static func element(_ name: StaticString, _ attributes: Attributes = [:], _ content: HTML...) -> HTML {
    .node(name, attributes, content)
  }

  /// An element of a class.
  static func element(_ name: StaticString, class style: String, _ content: HTML...) -> HTML {
    .node(name, ["class": style], content)
  }

  /// An element without attributes.
  static func element(_ name: StaticString, all content: [HTML]) -> HTML { .node(name, [:], content) }
}

extension HTML: ExpressibleByStringInterpolation {
  /// Text.
  package init(stringLiteral text: String) { self = .text(text) }
}

extension HTML {
  /// The piece as UTF-8 text that is both HTML and well-formed XML.
  package var markup: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to output: inout String) {
    switch self {
    case .text(let text): output += text.asMarkup
    case .code(let code): output += Self.checked("\(code)")
    case .drawing(let drawing): output += SVGWriter.element(drawing)
    case .node(let name, let attributes, let content):
      let name = "\(name)"
      output += "<" + name
      for attribute in attributes.pairs { output += " \(attribute.name)=\"\(attribute.value.asMarkup)\"" }
      if Self.void.contains(name) {
        output += "/>"
      } else {
        output += ">"
        if Self.containers.contains(name) { output += "\n" }
        for piece in content { piece.write(to: &output) }
        output += "</\(name)>"
      }
      if Self.blocks.contains(name) || Self.containers.contains(name) { output += "\n" }
    }
  }

  private static func checked(_ code: String) -> String {
    precondition(!code.contains("<") && !code.contains("&"), "a script or style sheet without < and &")
    return code
  }

  /// Elements that never hold anything: HTML gives them no end.
  private static let void: Set = ["br", "img", "input", "meta"]
  /// Elements in which spaces between others mean nothing: a line each for those in them.
  private static let containers: Set = [
    "body", "dl", "head", "header", "html", "main", "nav", "section", "table", "tbody", "thead", "ul",
  ]
  /// Elements with an end of line behind them, for those who read the file.
  private static let blocks: Set = [
    "a", "caption", "dd", "dt", "div", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "input", "li", "meta",
    "p",
    "script", "style", "title", "tr",
  ]
}
