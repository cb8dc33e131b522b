/// A safetensors element type.
public enum ElementType: String, Sendable, CaseIterable {
  /// A truth value in one byte.
  case bool = "BOOL"
  /// 4-bit float.
  case float4 = "F4"
  /// 6-bit float.
  case float6e2m3 = "F6_E2M3"
  /// 6-bit float.
  case float6e3m2 = "F6_E3M2"
  /// Unsigned byte.
  case uint8 = "U8"
  /// Signed byte.
  case int8 = "I8"
  /// 8-bit float.
  case float8e5m2 = "F8_E5M2"
  /// 8-bit float.
  case float8e4m3 = "F8_E4M3"
  /// 8-bit exponent.
  case float8e8m0 = "F8_E8M0"
  /// 16-bit integer.
  case int16 = "I16"
  /// Unsigned 16-bit integer.
  case uint16 = "U16"
  /// IEEE half precision.
  case float16 = "F16"
  /// A Float's upper 16 bits.
  case bfloat16 = "BF16"
  /// 32-bit integer.
  case int32 = "I32"
  /// Unsigned 32-bit integer.
  case uint32 = "U32"
  /// IEEE single precision.
  case float32 = "F32"
  /// Two Floats.
  case complex64 = "C64"
  /// IEEE double precision.
  case float64 = "F64"
  /// 64-bit integer.
  case int64 = "I64"
  /// Unsigned 64-bit integer.
  case uint64 = "U64"

  /// Bits of one element.
  var bits: Int {
    switch self {
    case .float4: 4
    case .float6e2m3, .float6e3m2: 6
    case .bool, .uint8, .int8, .float8e5m2, .float8e4m3, .float8e8m0: 8
    case .int16, .uint16, .float16, .bfloat16: 16
    case .int32, .uint32, .float32: 32
    case .complex64, .float64, .int64, .uint64: 64
    }
  }

  /// Whether weights may be of this type.
  public var isWeight: Bool { self == .float32 || self == .float16 || self == .bfloat16 }
}
