import Networks

/// Gives the activations of a draft their blocks and sites.
struct ActivationPlaces {
  private let draft: GraphDraft
  private let layers: [String]

  init(_ draft: GraphDraft, layers: [String]) { (self.draft, self.layers) = (draft, layers) }

  /// Assigns all places.
  func assign() {
    let names = draft.order.filter { draft[$0].operation.activation != nil }
    let own = Set(names.filter { draft[$0].operation.activation?.isDynamic == true }.map { draft[$0].origin })
    let modules = Set(own.filter { !$0.path.isEmpty && $0.label == $0.path }.map(\.path))
    let naming = PlaceNaming(layers: layers, activationModules: modules)
    let places = naming.places(names.map { (name: $0, path: surroundings($0)) })
    for (name, place) in zip(names, places) {
      guard var activation = draft[name].operation.activation else { continue }
      (activation.place, activation.blockName) = (place.place, place.blockName)
      draft[name].operation = .graph(.activation(activation))
    }
  }

  /// The path of an activation's module; where the file has none, that of the module around the layer before it.
  private func surroundings(_ name: String) -> String {
    if !draft[name].origin.path.isEmpty { return draft[name].origin.path }
    var node = draft[name]
    while node.origin.path.isEmpty, let input = node.inputs.first { node = draft[input] }
    return node.origin.path.split(separator: ".").dropLast().joined(separator: ".")
  }
}
