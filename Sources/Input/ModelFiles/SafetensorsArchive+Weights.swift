import Tensors

extension SafetensorsArchive {
  /// The tensor `name` widened to floats; nil when there is none or its type is not one of weights.
  public func tensor(_ name: String) -> WeightTensor? {
    guard let entry = entries[name], entry.type.isWeight else { return nil }
    let values = TensorSlice(zeros: entry.bytes.count / (entry.type.bits / 8))
    forEachElement(of: entry) { values[$0] = $1 }
    return WeightTensor(shape: entry.shape, values: values)
  }

  /// How many elements of a weight tensor are NaN or infinite: those whose exponent bits are all ones.
  func notFiniteCount(_ entry: Entry) -> Int {
    let size = entry.type.bits / 8
    let isHalf = entry.type == .float16
    var count = 0
    for high in stride(from: entry.bytes.lowerBound + size - 1, to: entry.bytes.upperBound, by: size) {
      // The sign and the exponent's first 7 bits stand in the last byte: of 5 for F16, of 8 for the others.
      let isSpecial =
        isHalf ? data[high] & 0x7C == 0x7C : data[high] & 0x7F == 0x7F && data[high - 1] & 0x80 != 0
      if isSpecial { count += 1 }
    }
    return count
  }

  /// Hands over each element's index and value. The entry must be of a weight's type.
  @inline(__always)
  private func forEachElement(of entry: Entry, _ body: (Int, Float) -> Void) {
    let bytes = data
    let first = entry.bytes.lowerBound
    switch entry.type {
    case .float32:
      for index in 0..<entry.bytes.count / 4 {
        let at = first + 4 * index
        let bits =
          UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
        body(index, Float(bitPattern: bits))
      }
    case .float16, .bfloat16:
      let isHalf = entry.type == .float16
      for index in 0..<entry.bytes.count / 2 {
        let at = first + 2 * index
        let bits = UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
        body(index, isHalf ? widened(half: bits) : widened(bfloat: bits))
      }
    default: preconditionFailure("\(entry.type.rawValue) is no type of weights")
    }
  }
}
