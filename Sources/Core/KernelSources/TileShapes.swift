import KernelInterface
import Tensors

/// The tile that a kernel takes most of a map in, where it is wide enough: the first strip's. Chosen as the kernel
/// chooses.
func tileShape(_ kernel: ConvolutionKernel, _ geometry: WindowGeometry) -> TileShape {
  let output = geometry.outputShape
  switch kernel {
  case .pointwise: return pointwiseTile(channels: output.channels)
  case .dense:
    let blocks = FeatureShape.padded(output.channels) / blockLanes
    return denseTile(width: output.width, blocks: geometry.channelWindows.end(0, blocks: blocks))
  case .depthwise:
    let isNarrow =
      geometry.kernel == (3, 3) && geometry.dilation == (1, 1) && (1...2).contains(geometry.stride.width)
      && (0...1).contains(geometry.origin.left)
      && (output.width - 1) * geometry.stride.width - geometry.origin.left + 2 <= geometry.inputShape.width
    let isWide =
      geometry.kernel.width == 5 && geometry.dilation.width == 1 && (1...2).contains(geometry.stride.width)
    guard isNarrow || isWide else { return shape(Tile<4, 1>.self) }
    return TileShape(pixels: depthwisePixels(width: output.width), channels: lanes)
  }
}

private func pointwiseTile(channels: Int) -> TileShape {
  #if AVX512
    let hasHalf = (1...blockLanes / 2).contains(channels % blockLanes)
    switch firstStrip(blocks: FeatureShape.padded(channels) / blockLanes - (hasHalf ? 1 : 0)) {
    case 0: return TileShape(pixels: 14, channels: lanes / 2)
    case 1: return shape(Tile<14, 1>.self)
    case 2: return shape(Tile<7, 2>.self)
    default: return shape(Tile<7, 3>.self)
    }
  #elseif AVX2
    return shape(Tile<6, 2>.self)
  #else
    return shape(Tile<2, 4>.self)
  #endif
}

private func denseTile(width: Int, blocks: Int) -> TileShape {
  #if AVX512
    switch firstStrip(blocks: blocks) {
    case 1: return width >= 14 ? shape(Tile<14, 1>.self) : shape(Tile<7, 1>.self)
    case 2: return shape(Tile<7, 2>.self)
    default: return shape(Tile<7, 3>.self)
    }
  #elseif AVX2
    return shape(Tile<6, 2>.self)
  #else
    return shape(Tile<2, 4>.self)
  #endif
}

/// Blocks in the first strip; 0 where there is none.
private func firstStrip(blocks: Int) -> Int {
  var first = 0
  forEachStrip(blocks: blocks) { start, count in if start == 0 { first = count } }
  return first
}

private func shape<let pixels: Int, let vectors: Int>(_: Tile<pixels, vectors>.Type) -> TileShape {
  TileShape(pixels: pixels, channels: vectors * lanes)
}
