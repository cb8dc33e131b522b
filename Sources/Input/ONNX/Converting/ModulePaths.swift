import PlainText

/// Which module of a network each node of a file came from, by the names that exporters give.
struct ModulePaths {
  /// Paths that have others inside.
  private var outer: Set<String> = []

  /// Reads the names of `nodes`.
  init(_ nodes: [NodeMessage]) {
    for node in nodes {
      var parts = Self.path(of: node).split(separator: ".").dropLast()
      while !parts.isEmpty {
        outer.insert(parts.joined(separator: "."))
        parts = parts.dropLast()
      }
    }
  }

  /// Where a node's values come from. What a module computes by one node is called as the module, what a module with
  /// others inside computes by itself as the module and the operator.
  func origin(of node: NodeMessage) -> Origin {
    let path = Self.path(of: node)
    let type = node.type.lowercased()
    let label: String
    if path.isEmpty {
      label = node.name.isEmpty ? type : node.name
    } else {
      label = outer.contains(path) ? "\(path).\(type)" : path
    }
    return Origin(path: path, label: Self.shortened(label), place: node.place)
  }

  /// The module's path; empty where nothing says it.
  private static func path(of node: NodeMessage) -> String {
    if let scope = node.scopes.dropLast().last(where: { !$0.isEmpty }) { return shortened(scope) }
    let parts = node.name.split(separator: "/").dropLast()
    var path: [Substring] = []
    var before: Substring = ""
    for part in parts {
      // PyTorch names `layer1.0` as /layer1/layer1.0.
      let isInner = !before.isEmpty && part.hasPrefix(before + ".")
      path += [isInner ? part.dropFirst(before.count + 1) : part]
      before = part
    }
    return shortened(path.joined(separator: "."))
  }

  /// Names that graphs accept.
  private static func shortened(_ name: String) -> String {
    String(decoding: name.printable.utf8.suffix(900), as: UTF8.self)
  }
}
