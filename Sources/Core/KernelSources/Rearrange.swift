import KernelInterface
import Tensors

func rearrange(_ call: RearrangeCall) {
  let map = call.map
  for row in 0..<map.height {
    for column in 0..<map.width {
      let target = map.output + (row * map.width + column) * map.stride
      let (down, across) = (Int(map.rows[row]), Int(map.columns[column]))
      if down < 0 || across < 0 {
        clear(target, count: map.stride)
      } else {
        map.copy(map.input + (down + across), to: target)
      }
    }
  }
}

extension RearrangeMap {
  /// The channels of one position.
  @inline(__always)
  fileprivate func copy(_ source: Floats, to position: MutableFloats) {
    var target = position
    if runs == 0 {
      for channel in 0..<channels {
        let offset = Int(table[channel])
        target[channel] = offset < 0 ? 0 : source[offset]
      }
    }
    for run in 0..<runs {
      let (offset, length) = (Int(table[2 * run]), Int(table[2 * run + 1]))
      if offset < 0 { clear(target, count: length) } else { copyRun(source + offset, to: target, count: length) }
      target += length
    }
    clear(position + channels, count: stride - channels)
  }
}

@inline(__always)
private func clear(_ target: MutableFloats, count: Int) {
  for index in 0..<count { target[index] = 0 }
}
