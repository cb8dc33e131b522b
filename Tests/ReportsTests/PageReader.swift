import Foundation
import FoundationXML

/// A report as a strict parser reads it: elements with their text, in order.
final class PageReader: NSObject, XMLParserDelegate {
  /// One element.
  struct Element {
    var name: String
    var attributes: [String: String]
    /// Elements around it, from the page down.
    var path: [String]
    /// All text in it.
    var text = ""
  }

  private(set) var elements: [Element] = []
  private(set) var problem: String?
  private var open: [Int] = []

  init(_ bytes: [UInt8]) {
    super.init()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    if !parser.parse() {
      problem = "line \(parser.lineNumber): \(parser.parserError.map(String.init(describing:)) ?? "")"
    }
  }

  func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  /// The cells of a table, row by row; heads of rows among them.
  func rows(ofTable id: String) -> [[Element]] {
    guard let start = elements.firstIndex(where: { $0.name == "table" && $0.attributes["id"] == id }) else { return [] }
    let depth = elements[start].path.count
    var rows: [[Element]] = []
    for element in elements[(start + 1)...] {
      guard element.path.count > depth else { break }
      guard element.path.contains("tbody") || element.name == "tbody" else { continue }
      if element.name == "tr" { rows.append([]) }
      if element.name == "td" || element.name == "th" { rows[rows.count - 1].append(element) }
    }
    return rows
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append(Element(name: name, attributes: attributes, path: open.map { elements[$0].name }))
    open.append(elements.count - 1)
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    for index in open { elements[index].text += text }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }
}
