import Functions
import Tensors

/// Two maps combined element by element, with the output's shape; an extent of 1 in an operand stands for all of the
/// output's.
public struct BinaryCall {
  /// A map that is read.
  public struct Operand {
    /// `[shape.positions][shape.channelStride]`.
    public let slice: TensorSlice
    /// Its shape.
    public let shape: FeatureShape

    /// A map of a shape.
    public init(_ slice: TensorSlice, _ shape: FeatureShape) {
      precondition(slice.count >= shape.storedCount, "the operand is smaller than its shape")
      self.slice = slice
      self.shape = shape
    }
  }

  /// What is done with two values.
  public let function: BinaryFunction
  /// x.
  public let first: Operand
  /// y.
  public let second: Operand
  /// The output's shape.
  public let shape: FeatureShape
  /// `[shape.positions][shape.channelStride]`; may be an operand's slice where the shapes are equal.
  public let output: TensorSlice

  /// Creates a call.
  public init(_ function: BinaryFunction, first: Operand, second: Operand, shape: FeatureShape, output: TensorSlice) {
    precondition(output.count >= shape.storedCount)
    precondition(first.shape.spreads(to: shape) && second.shape.spreads(to: shape), "the operands do not fit")
    self.function = function
    self.first = first
    self.second = second
    self.shape = shape
    self.output = output
  }
}

extension FeatureShape {
  /// Whether each extent is the other's, or 1.
  fileprivate func spreads(to other: FeatureShape) -> Bool {
    (height == other.height || height == 1) && (width == other.width || width == 1)
      && (channels == other.channels || channels == 1)
  }
}

/// A ``BinaryCall`` as addresses and numbers alone.
@safe public struct BinaryMap {
  /// A ``BinaryCall/Operand``.
  @safe public struct Operand {
    /// Its first element.
    @unsafe public let floats: UnsafePointer<Float>
    /// Floats from one row of the output to the next; 0 where there is one row for all.
    public let rowStep: Int
    /// Floats from one column to the next; 0 where there is one column for all.
    public let columnStep: Int
    /// Whether one channel stands for all.
    public let isPlane: Bool

    init(_ operand: BinaryCall.Operand, _ shape: FeatureShape) {
      unsafe floats = UnsafePointer(operand.slice.pointer)
      let own = operand.shape
      rowStep = own.height == 1 ? 0 : own.width * own.channelStride
      columnStep = own.width == 1 ? 0 : own.channelStride
      isPlane = own.channels == 1 && shape.channels > 1
    }
  }

  /// x.
  public let first: Operand
  /// y.
  public let second: Operand
  /// The output.
  @unsafe public let output: UnsafeMutablePointer<Float>
  /// Rows of the output.
  public let height: Int
  /// Columns of the output.
  public let width: Int
  /// Channels in use.
  public let channels: Int
  /// Floats from one position of the output to the next.
  public let stride: Int
  /// Whether both operands have the output's shape.
  public let isAligned: Bool
}

extension BinaryCall {
  /// The call as addresses; valid while the call lives.
  public var map: BinaryMap {
    @inline(never) get {
      unsafe BinaryMap(
        first: BinaryMap.Operand(first, shape), second: BinaryMap.Operand(second, shape), output: output.pointer,
        height: shape.height, width: shape.width, channels: shape.channels, stride: shape.channelStride,
        isAligned: first.shape == shape && second.shape == shape)
    }
  }
}
