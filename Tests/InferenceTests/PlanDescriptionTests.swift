import Foundation
import Inference
import KernelInterface
import Kernels
import ModelFiles
import Networks
import Testing

@Suite struct PlanDescriptionTests {
  private static let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Golden")

  private func variant(_ family: String, _ name: String) throws -> Variant {
    let model = try Model.load([Self.golden.appending(path: "networks/\(family).model.bin").path])
    return try #require(model.variants.first { $0.name == name })
  }

  @Test(
    "a plan prints what Tests/Golden/plans holds (DYVIZ_UPDATE_GOLDEN=1 writes it anew)",
    arguments: [
      ("whole", "mobilenetv2"), ("whole", "oddities"), ("pools", "even"), ("dyrelu-c", "k2"),
      ("activations", "maxout-2"), ("activations", "curves-hard_swish"), ("operators", "nearest"),
      ("normalizations", "even"),
    ])
  func golden(family: String, name: String) throws {
    let plan = try Plan(try variant(family, name), kernels: try #require(KernelTable.table(for: .portable)))
    let file = Self.golden.appending(path: "plans/\(family)-\(name).txt")
    let text = plan.description + "\n"
    if ProcessInfo.processInfo.environment["DYVIZ_UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    #expect(text == String(decoding: try Data(contentsOf: file), as: UTF8.self))
  }

  @Test("a plan's multiply-adds are the graph's, whatever is fused", arguments: InstructionSet.available)
  func multiplyAdds(instructionSet: InstructionSet) throws {
    for (family, name) in [
      ("whole", "mobilenetv2"), ("whole", "oddities"), ("dyrelu-a", "k3"), ("static", "relu6"),
      ("normalizations", "odd"),
    ] {
      let variant = try variant(family, name)
      let plan = try Plan(variant, kernels: try #require(KernelTable.table(for: instructionSet)))
      let totals = try #require(plan.description.split(separator: "\n").first { $0.contains(" steps ") })
      let printed = totals.split(separator: " ").last.map { $0.filter { $0 != "," } }
      #expect(printed == "\(variant.shapes.costs(of: variant.graph).reduce(0) { $0 + $1.multiplyAdds })")
    }
  }

  @Test("every step has a row, under the name by which the benchmark knows it")
  func rows() throws {
    let plan = try Plan(try variant("whole", "mobilenetv2"), kernels: .best)
    let lines = plan.description.split(separator: "\n").filter { !$0.hasPrefix("--") }
    #expect(lines.count == 1 + plan.stepNames.count + 2)
    for (line, step) in zip(lines.dropFirst(), plan.stepNames) {
      #expect(line.hasPrefix(step.nodes[0] + " ") && line.contains(" " + step.operation + " "))
    }
  }
}
