import Networks
import Tensors

/// Tables 4, 5 and 8: classification on ImageNet at 224x224.
extension PaperTable {
  /// Dynamic ReLU stands inside the blocks, at A1, A2 and A3 of Table 7; so do the activations that it is compared
  /// with.
  private static func mobileNetV2(_ width: Double, _ rectifier: ActivationChoice) -> Graph {
    MobileNetV2(width: width, rectifier: rectifier, positions: NetworkPosition.blocks).graph()
  }

  private static let dynamic = ActivationChoice.dynamic(DynamicReLU())

  /// Dynamic ReLU in three families of networks.
  package static var table4: PaperTable {
    func pair(
      _ network: String, usual: String = "ReLU", _ figures: [PaperFigure?], _ notes: [PaperNote] = [],
      dynamicNotes: [PaperNote] = [], leftOut: Set<String> = [], _ graph: (ActivationChoice?) -> Graph
    ) -> [PaperRow] {
      [
        PaperRow(
          network: network, activation: usual, graph: graph(nil), parameters: figures[0], multiplyAdds: figures[1],
          leftOut: leftOut, notes: notes),
        PaperRow(
          network: network, activation: "DY-ReLU", graph: graph(dynamic), parameters: figures[2],
          multiplyAdds: figures[3], leftOut: leftOut, notes: notes + dynamicNotes + [.dynamicParameters]),
      ]
    }
    func mobileNetV2(_ width: Double, _ figures: [PaperFigure?]) -> [PaperRow] {
      pair("MobileNetV2 ×\(width)", figures) { Self.mobileNetV2(width, $0 ?? .relu) }
    }
    func mobileNetV3(
      _ name: String, _ size: MobileNetV3.Size, _ figures: [PaperFigure?], _ note: PaperNote
    ) -> [PaperRow] {
      pair("MobileNetV3-\(name)", usual: "ReLU/SE/HS", figures, [note], dynamicNotes: [.mobileNetV3]) {
        MobileNetV3(size, rectifier: $0, positions: NetworkPosition.blocks).graph()
      }
    }
    func resNet(
      _ depth: ResNet.Depth, _ figures: [PaperFigure?], _ notes: [PaperNote] = [], dynamicNotes: [PaperNote] = []
    ) -> [PaperRow] {
      let notes = [.classifier] + notes
      return pair(
        "ResNet-\(depth.rawValue)", figures, notes, dynamicNotes: dynamicNotes, leftOut: ["pool", "classifier"]
      ) {
        ResNet(depth, rectifier: $0 ?? .relu, positions: NetworkPosition.blocks, strideInFirst: true).graph()
      }
    }
    return PaperTable(
      title: "Table 4: Dynamic ReLU-B, K = 2, on ImageNet",
      rows: mobileNetV2(1, ["3.5M", "300.0M", "7.5M", "315.5M"])
        + mobileNetV2(0.75, [nil, "209.0M", "5.0M", "221.7M"])
        + mobileNetV2(0.5, ["2.0M", "97.0M", "3.1M", "104.5M"])
        + mobileNetV2(0.35, ["1.7M", "59.2M", "2.7M", "65.0M"])
        + mobileNetV3("Large", .large, ["5.4M", "219.0M", "9.8M", "230.5M"], .cutNotRounded)
        + mobileNetV3("Small", .small, ["2.9M", "66.0M", "4.0M", "68.7M"], .small)
        + resNet(.fifty, ["23.5M", "3.86G", "27.6M", "3.88G"], [.stride], dynamicNotes: [.bottleneck])
        + resNet(.thirtyFour, ["21.3M", "3.64G", "24.5M", "3.65G"])
        + resNet(.eighteen, ["11.1M", "1.81G", "12.8M", "1.82G"])
        + resNet(.ten, ["5.2M", "0.89G", "6.3M", "0.90G"], [.resNet10]))
  }

  /// Other activations in MobileNetV2.
  package static var table5: PaperTable {
    let choices: [(name: String, choice: ActivationChoice, figures: [PaperFigure?], notes: [PaperNote])] = [
      ("ReLU", .relu, [nil, "59.2M", nil, "300.0M"], []),
      ("RReLU", .randomizedReLU, ["1.7M", "59.2M", nil, nil], []),
      ("LeakyReLU", .leakyReLU(slope: 0.01), [nil, nil, nil, nil], []),
      ("PReLU", .parametricReLU, ["1.7M", "59.2M", nil, nil], []),
      ("SE+ReLU", .squeezeReLU(reduction: 8), ["2.1M", "62.0M", nil, nil], [.squeeze]),
      ("Maxout, K = 2", .maxout(functions: 2), ["2.1M", "106.6M", "5.7M", "575.8M"], [.maxout]),
      ("Maxout, K = 3", .maxout(functions: 3), ["2.4M", "157.6M", nil, nil], [.maxout]),
      ("DY-ReLU-B, K = 2", dynamic, ["2.7M", "65.0M", nil, nil], [.dynamicParameters]),
      (
        "DY-ReLU-B, K = 3", .dynamic(DynamicReLU(functions: 3)), ["3.1M", "67.8M", "9.2M", "322.8M"],
        [.dynamicParameters]
      ),
    ]
    let rows = [0.35, 1].enumerated().flatMap { column, width in
      choices.map { choice in
        PaperRow(
          network: "MobileNetV2 ×\(width)", activation: choice.name, graph: mobileNetV2(width, choice.choice),
          parameters: choice.figures[2 * column], multiplyAdds: choice.figures[2 * column + 1], notes: choice.notes)
      }
    }
    return PaperTable(title: "Table 5: related activations, on ImageNet", rows: rows)
  }

  /// Reductions of the hyper function.
  package static var table8: PaperTable {
    let reductions: [(Int, PaperFigure, PaperFigure)] = [
      (64, "2.0M", "64.3M"), (32, "2.1M", "64.4M"), (16, "2.3M", "64.6M"), (8, "2.7M", "65.0M"), (4, "3.6M", "65.9M"),
    ]
    let relu = PaperRow(
      network: "MobileNetV2 ×0.35", activation: "ReLU", graph: mobileNetV2(0.35, .relu), parameters: "1.7M",
      multiplyAdds: "59.2M")
    return PaperTable(
      title: "Table 8: reduction R of the hyper function's first layer, on ImageNet",
      rows: [relu]
        + reductions.map { reduction, parameters, multiplyAdds in
          PaperRow(
            network: "MobileNetV2 ×0.35", activation: "DY-ReLU-B, R = \(reduction)",
            graph: mobileNetV2(0.35, .dynamic(DynamicReLU(reduction: reduction))), parameters: parameters,
            multiplyAdds: multiplyAdds, notes: [.dynamicParameters])
        })
  }
}
