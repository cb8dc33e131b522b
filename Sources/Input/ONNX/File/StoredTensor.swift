import PlainText
import Tensors

/// A tensor as a file holds it; its numbers are widened when they are asked for.
struct StoredTensor {
  /// Its name; empty for the value of an attribute.
  let name: String
  /// The elements' type.
  let type: StoredType
  /// Extents, outermost first; empty for a scalar.
  let shape: [Int]
  /// The elements.
  let data: Data
  /// Where they stand in a file, if they stand there as they are.
  let place: FilePlace?

  init(name: String, type: StoredType, shape: [Int], data: Data, place: FilePlace? = nil) {
    (self.name, self.type, self.shape, self.data, self.place) = (name, type, shape, data, place)
  }

  /// The same elements in another shape of as many.
  func reshaped(_ shape: [Int]) -> StoredTensor {
    StoredTensor(name: name, type: type, shape: shape, data: data, place: place)
  }

  /// Where the numbers stand.
  enum Data {
    /// Little-endian, one after the other, in C order.
    case bytes(ArraySlice<UInt8>)
    /// Whole numbers of their own fields; bit patterns where the type is of 16-bit floats.
    case integers([Int])
  }

  /// Most dimensions of a tensor.
  static let maximumRank = 8

  /// The elements.
  var count: Int { shape.reduce(1, *) }

  /// The element at `index`.
  @inline(__always)
  private func number(_ index: Int) -> Double {
    switch data {
    case .integers(let values): type.value(bits: UInt64(bitPattern: Int64(values[index])))
    case .bytes(let bytes):
      type.value(
        bits: (0..<type.size).reduce(0) {
          $0 | UInt64(bytes[bytes.startIndex + index * type.size + $1]) << UInt64(8 * $1)
        })
    }
  }

  /// How many elements are NaN or infinite.
  var notFiniteCount: Int {
    guard type == .float32, case .bytes(let bytes) = data else {
      return type.isFloat ? (0..<count).count { !number($0).isFinite } : 0
    }
    let start = bytes.startIndex
    // All bits of the exponent are 1.
    return (0..<count).count { bytes[start + 4 * $0 + 3] & 0x7F == 0x7F && bytes[start + 4 * $0 + 2] & 0x80 != 0 }
  }

  /// All elements, exact for whole numbers below 2^53.
  var numbers: [Double] { (0..<count).map(number) }

  /// All elements as 32-bit floats.
  var floats: TensorSlice {
    let values = TensorSlice(zeros: count)
    guard type == .float32, case .bytes(let bytes) = data else {
      for index in 0..<count { values[index] = Float(number(index)) }
      return values
    }
    let start = bytes.startIndex
    for index in 0..<count {
      let at = start + 4 * index
      let bits =
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
      values[index] = Float(bitPattern: bits)
    }
    return values
  }
}

/// The element types that are read; the raw value is that of ONNX's `TensorProto.DataType`.
enum StoredType: Int {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case bool = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case uint64 = 13
  case bfloat16 = 16

  /// Bytes of one element.
  var size: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .float32, .int32, .uint32: 4
    case .int64, .float64, .uint64: 8
    }
  }

  /// Whether it is a floating-point type.
  var isFloat: Bool { [.float32, .float16, .float64, .bfloat16].contains(self) }

  /// The number that an element's bits stand for.
  func value(bits: UInt64) -> Double {
    switch self {
    case .float32: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .float16: Double(widened(half: UInt16(truncatingIfNeeded: bits)))
    case .bfloat16: Double(widened(bfloat: UInt16(truncatingIfNeeded: bits)))
    case .float64: Double(bitPattern: bits)
    case .uint8: Double(UInt8(truncatingIfNeeded: bits))
    case .int8: Double(Int8(truncatingIfNeeded: bits))
    case .uint16: Double(UInt16(truncatingIfNeeded: bits))
    case .int16: Double(Int16(truncatingIfNeeded: bits))
    case .uint32: Double(UInt32(truncatingIfNeeded: bits))
    case .int32: Double(Int32(truncatingIfNeeded: bits))
    case .uint64: Double(bits)
    case .int64: Double(Int64(bitPattern: bits))
    case .bool: bits == 0 ? 0 : 1
    }
  }
}
