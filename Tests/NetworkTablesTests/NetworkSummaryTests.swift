import NetworkTables
import Networks
import Tensors
import Testing

@Suite struct NetworkSummaryTests {
  @Test("a network is printed part by part, with a total")
  func lines() throws {
    let input = FeatureShape(height: 32, width: 32, channels: 3)
    let summary = try NetworkSummary(ResNet(.ten, input: input, classes: 10).graph(), title: "resnet-10")
    #expect(
      summary.lines == [
        "resnet-10, input 32×32×3", "",
        "| block      |   output | parameters |      MAdds | maps, bytes |",
        "| ---------- | -------: | ---------: | ---------: | ----------: |",
        "| stem       | 16×16×64 |      9,536 |  2,408,448 |      65,536 |",
        "| max_pool   |   8×8×64 |          0 |          0 |      16,384 |",
        "| blocks.0   |   8×8×64 |     73,984 |  4,718,592 |      49,152 |",
        "| blocks.1   |  4×4×128 |    230,144 |  3,670,016 |      32,768 |",
        "| blocks.2   |  2×2×256 |    919,040 |  3,670,016 |      16,384 |",
        "| blocks.3   |  1×1×512 |  3,673,088 |  3,670,016 |       8,192 |",
        "| pool       |  1×1×512 |          0 |          0 |       2,048 |",
        "| classifier |   1×1×10 |      5,130 |      5,120 |          40 |",
        "| total      |   1×1×10 |  4,910,922 | 18,142,208 |     190,504 |",
      ])
  }

  @Test("a network that cannot be is an error")
  func impossible() {
    let graph = Graph(nodes: [], output: "x")
    #expect(throws: GraphError.self) { try NetworkSummary(graph, title: "none") }
  }
}
