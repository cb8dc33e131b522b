import Tensors

extension SafetensorsArchive {
  /// The tensor `name` widened to floats; nil when there is none or its type is not one of weights.
  public func tensor(_ name: String) -> WeightTensor? {
    guard let entry = entries[name], entry.type.isWeight else { return nil }
    let values = TensorSlice(zeros: entry.bytes.count / (entry.type.bits / 8))
    forEachElement(of: entry) { values[$0] = $1 }
    return WeightTensor(shape: entry.shape, values: values)
  }

  /// How many elements a weight tensor has, how many are NaN or infinite, and how many are below 0.
  func census(_ entry: Entry) -> (elements: Int, notFinite: Int, negative: Int) {
    var elements = 0
    var notFinite = 0
    var negative = 0
    forEachElement(of: entry) { _, value in
      elements += 1
      if !value.isFinite { notFinite += 1 }
      if value < 0 { negative += 1 }
    }
    return (elements, notFinite, negative)
  }

  /// Hands over each element's index and value. The entry must be of a weight's type.
  @inline(__always)
  private func forEachElement(of entry: Entry, _ body: (Int, Float) -> Void) {
    let bytes = data[entry.bytes]
    let first = entry.bytes.lowerBound
    switch entry.type {
    case .float32:
      for index in 0..<bytes.count / 4 {
        let at = first + 4 * index
        let bits =
          UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
        body(index, Float(bitPattern: bits))
      }
    case .float16, .bfloat16:
      let isHalf = entry.type == .float16
      for index in 0..<bytes.count / 2 {
        let at = first + 2 * index
        let bits = UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
        body(index, isHalf ? widened(half: bits) : widened(bfloat: bits))
      }
    default: preconditionFailure("\(entry.type.rawValue) is no type of weights")
    }
  }
}
