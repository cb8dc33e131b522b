import CVector
import KernelInterface

func upsample(_ call: UpsampleCall) {
  let map = call.map
  if map.repeats { map.repeated() } else { map.interpolated() }
}

extension UpsampleMap {
  private func source(_ row: Int32, _ column: Int32) -> Floats {
    input + (Int(row) * inWidth + Int(column)) * stride
  }

  fileprivate func repeated() {
    for row in 0..<height {
      for column in 0..<width {
        let from = source(rows[2 * row], columns[2 * column])
        let to = output + (row * width + column) * stride
        for channel in Swift.stride(from: 0, to: stride, by: lanes) { storeVector(load(from + channel), to + channel) }
      }
    }
  }

  fileprivate func interpolated() {
    for row in 0..<height {
      let (upper, lower, share) = (rows[2 * row], rows[2 * row + 1], all(rowShares[row]))
      for column in 0..<width {
        let (left, right, across) = (columns[2 * column], columns[2 * column + 1], all(columnShares[column]))
        let corners = (source(upper, left), source(upper, right), source(lower, left), source(lower, right))
        let to = output + (row * width + column) * stride
        for channel in Swift.stride(from: 0, to: stride, by: lanes) {
          let above = between(load(corners.0 + channel), load(corners.1 + channel), across)
          let below = between(load(corners.2 + channel), load(corners.3 + channel), across)
          storeVector(between(above, below, share), to + channel)
        }
      }
    }
  }

  @inline(__always)
  private func between(_ first: Vector, _ second: Vector, _ share: Vector) -> Vector {
    vector_add_product(first, second - first, share)
  }
}
