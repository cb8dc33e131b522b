import Networks

/// Table 10: single-person keypoints on COCO at 256x192.
extension PaperTable {
  /// Dynamic ReLU-C in backbone and head.
  package static var table10: PaperTable {
    let dynamic = ActivationChoice.dynamic(DynamicReLU(variant: .c))
    func row(
      _ network: String, _ backbone: KeypointNetwork.Backbone, _ usual: String, isDynamic: Bool,
      _ parameters: PaperFigure?, _ multiplyAdds: PaperFigure?, _ notes: [PaperNote] = []
    ) -> PaperRow {
      let choice = isDynamic ? dynamic : nil
      let graph = KeypointNetwork(
        backbone, backboneRectifier: choice, headRectifier: choice, positions: NetworkPosition.blocks
      ).graph()
      return PaperRow(
        network: network, activation: isDynamic ? "DY-ReLU" : usual, graph: graph, parameters: parameters,
        multiplyAdds: multiplyAdds, notes: [.head] + notes)
    }
    func pair(
      _ network: String, _ backbone: KeypointNetwork.Backbone, _ usual: String,
      _ figures: [PaperFigure?], _ notes: [PaperNote] = []
    ) -> [PaperRow] {
      [
        row(network, backbone, usual, isDynamic: false, figures[0], figures[1], notes),
        row(network, backbone, usual, isDynamic: true, figures[2], figures[3], notes + [.dynamicParameters]),
      ]
    }
    return PaperTable(
      title: "Table 10: keypoints on COCO, Dynamic ReLU-C with K = 2",
      rows: pair("MobileNetV2 ×1.0", .mobileNetV2(width: 1), "ReLU", ["3.4M", "993.7M", "9.0M", "1026.9M"])
        + pair("MobileNetV2 ×0.5", .mobileNetV2(width: 0.5), "ReLU", ["1.9M", "794.8M", "4.6M", "820.3M"])
        + pair("MobileNetV3-Large", .mobileNetV3(.large), "ReLU/SE/HS", [nil, nil, "10.1M", "926.6M"])
        + pair(
          "MobileNetV3-Small", .mobileNetV3(.small), "ReLU/SE/HS", ["2.1M", "726.9M", "4.8M", "747.9M"], [.small]))
  }
}
