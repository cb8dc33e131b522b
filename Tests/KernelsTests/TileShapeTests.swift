import KernelInterface
import Kernels
import Tensors
import Testing

@Suite struct TileShapeTests {
  private func geometry(_ output: FeatureShape, kernel: Int, stride: Int = 1) -> WindowGeometry {
    WindowGeometry(
      inputShape: FeatureShape(height: output.height * stride, width: output.width * stride, channels: output.channels),
      outputShape: output, kernel: (kernel, kernel), stride: (stride, stride), origin: (kernel / 2, kernel / 2),
      dilation: (1, 1))
  }

  private func shapes(
    _ table: KernelTable, _ kernel: ConvolutionKernel, size: Int = 3, _ outputs: [(width: Int, channels: Int)]
  ) -> [String] {
    outputs.map { output in
      let shape = FeatureShape(height: 4, width: output.width, channels: output.channels)
      let tile = table.tileShape(kernel, geometry(shape, kernel: kernel == .pointwise ? 1 : size))
      return "\(tile.pixels)x\(tile.channels)"
    }
  }

  @Test("kernels tell the tile that they hold in registers", arguments: InstructionSet.available)
  func tiles(instructionSet: InstructionSet) throws {
    let table = try #require(KernelTable.table(for: instructionSet))
    let products = [(14, 8), (14, 16), (14, 32), (14, 96), (14, 64), (7, 24)]
    let rows = [(28, 48), (14, 48), (10, 48), (3, 48)]
    switch instructionSet {
    case .portable:
      #expect(Set(shapes(table, .pointwise, products) + shapes(table, .dense, products)) == ["2x16"])
      #expect(shapes(table, .depthwise, rows) == ["7x4", "7x4", "5x4", "3x4"])
      #expect(shapes(table, .depthwise, size: 5, rows) == ["7x4", "7x4", "5x4", "3x4"])
      #expect(shapes(table, .depthwise, size: 7, rows) == ["4x4", "4x4", "4x4", "4x4"])
    case .avx2:
      #expect(Set(shapes(table, .pointwise, products) + shapes(table, .dense, products)) == ["6x16"])
      #expect(shapes(table, .depthwise, rows) == ["7x8", "7x8", "5x8", "3x8"])
      #expect(shapes(table, .depthwise, size: 5, rows) == ["7x8", "7x8", "5x8", "3x8"])
      #expect(shapes(table, .depthwise, size: 7, rows) == ["4x8", "4x8", "4x8", "4x8"])
    case .avx512:
      #expect(shapes(table, .pointwise, products) == ["14x8", "14x16", "7x32", "7x48", "7x32", "14x16"])
      #expect(shapes(table, .dense, products) == ["14x16", "14x16", "7x32", "7x48", "7x32", "7x32"])
      #expect(shapes(table, .depthwise, rows) == ["7x16", "7x16", "5x16", "3x16"])
      #expect(shapes(table, .depthwise, size: 5, rows) == ["7x16", "7x16", "5x16", "3x16"])
      #expect(shapes(table, .depthwise, size: 7, rows) == ["4x16", "4x16", "4x16", "4x16"])
    }
  }
}
