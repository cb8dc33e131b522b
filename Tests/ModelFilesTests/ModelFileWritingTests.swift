import Foundation
import ModelFiles
import Networks
import Testing

/// A model that was written is the one that was read: every operator's options, every weight.
struct ModelFileWritingTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Golden/networks").standardized
  private static let families = [
    "activations", "dyrelu-a", "dyrelu-b", "dyrelu-c", "maps", "normalizations", "operators", "pools", "static",
    "whole",
  ]

  @Test("What is written is read again as the same network", arguments: families)
  func roundTrip(family: String) throws {
    let model = try Model.load([Self.folder.appendingPathComponent("\(family).model.bin").path])
    var bytes: [UInt8] = []
    try TensorFile(model).write { bytes += $0 }
    let folder = try TemporaryFolder()
    let again = try Model.load([folder.write(bytes)])
    #expect(again.variants.map(\.name) == model.variants.map(\.name))
    for (before, after) in zip(model.variants, again.variants) {
      #expect(after.graph.output == before.graph.output)
      for (node, other) in zip(before.graph.nodes, after.graph.nodes) {
        #expect(renamed(other, of: after) == renamed(node, of: before), "\(family) \(before.name) \(node.name)")
      }
      #expect(after.graph.nodes.count == before.graph.nodes.count)
      #expect(after.preprocessing == before.preprocessing)
      #expect(after.labels == before.labels)
      for (need, other) in zip(before.tensorNeeds, after.tensorNeeds) {
        #expect(need.shape == other.shape)
        #expect(before.weights[need.name]?.values.array == after.weights[other.name]?.values.array, "\(need.name)")
      }
    }
  }

  /// A node as text without the part of its tensors' names that tells variants apart.
  private func renamed(_ node: Node, of variant: Variant) -> String {
    "\(node)".replacingOccurrences(of: "\(variant.name)/", with: "")
  }
}
