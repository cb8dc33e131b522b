import KernelInterface
import Tensors

func elementwise(_ call: ElementwiseCall) {
  let map = call.map
  let (epilogue, stride) = (map.epilogue, map.epilogue.stride)
  let rowWidth = epilogue.rowWidth
  epilogue.clearSums(rows: map.positions / max(rowWidth, 1))
  var (start, row) = (0, 0)
  while start < map.positions {
    // A chunk of positions stays in the first-level cache while its channels go by.
    var chunk = start
    while chunk < start + rowWidth {
      let end = min(chunk + chunkPositions, start + rowWidth)
      for channel in Swift.stride(from: 0, to: stride, by: lanes) {
        for position in Swift.stride(from: chunk, to: end, by: tilePixels) {
          let last = end - position - 1
          let tile = Tile<8, 1>(map.input + position * stride + channel, stride: stride, last: last)
          epilogue.finish(
            tile,
            at: TilePlace(position: position, channel: channel, last: last, row: row, column: position - start))
        }
      }
      chunk = end
    }
    start += rowWidth
    row += 1
  }
}

private let tilePixels = 8
private let chunkPositions = 32
