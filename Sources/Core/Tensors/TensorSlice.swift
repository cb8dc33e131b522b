/// A run of floats inside an ``AlignedStorage``, which it keeps alive unless it is ``borrowed``.
///
/// Access through the subscript is checked; kernels use ``pointer``.
@safe public struct TensorSlice: @unchecked Sendable {
  /// What keeps the elements; nil where somebody else does.
  private let owner: AlignedStorage<Float>?
  /// The first element; valid while the elements are kept.
  @unsafe public let pointer: UnsafeMutablePointer<Float>
  /// Elements in the slice.
  public let count: Int

  /// A slice of `storage`; the range must lie inside it.
  public init(_ storage: AlignedStorage<Float>, offset: Int = 0, count: Int? = nil) {
    let count = count ?? storage.count - offset
    precondition(offset >= 0 && count >= 0 && offset + count <= storage.count, "slice outside its storage")
    owner = storage
    unsafe pointer = storage.pointer + offset  // checked above
    self.count = count
  }

  @unsafe private init(owner: AlignedStorage<Float>?, pointer: UnsafeMutablePointer<Float>, count: Int) {
    self.owner = owner
    unsafe self.pointer = pointer
    self.count = count
  }

  /// The same elements, which this slice does not keep: it must not be used when nobody else does.
  ///
  /// Kernels' calls hold a dozen slices, and every copy of a slice that keeps its storage counts a reference, which
  /// threads that share it wait for.
  @unsafe public var borrowed: TensorSlice { unsafe TensorSlice(owner: nil, pointer: pointer, count: count) }

  /// New storage that holds `values`.
  public init(_ values: some Collection<Float>) {
    self.init(AlignedStorage<Float>(count: values.count))
    let target = unsafe UnsafeMutableBufferPointer(start: pointer, count: count)
    let copied: Void? = values.withContiguousStorageIfAvailable { source in
      _ = unsafe target.update(fromContentsOf: source)  // both hold `count` elements
    }
    if copied == nil { for (index, value) in values.enumerated() { self[index] = value } }
  }

  /// New zeroed storage.
  public init(zeros count: Int) { self.init(AlignedStorage<Float>(count: count)) }

  /// The element at `index`, checked.
  public subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count, "index outside the slice")
      return unsafe pointer[index]  // checked above
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "index outside the slice")
      unsafe pointer[index] = newValue  // checked above
    }
  }

  /// The elements `range` of this slice, kept as its own are.
  public subscript(range: Range<Int>) -> TensorSlice {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the slice")
    // Checked above.
    return unsafe TensorSlice(owner: owner, pointer: pointer + range.lowerBound, count: range.count)
  }

  /// Sets every element to `value`.
  public func fill(_ value: Float) {
    unsafe pointer.update(repeating: value, count: count)  // exactly the slice
  }

  /// Copies all of `other` to this slice's beginning.
  public func copy(from other: TensorSlice) {
    precondition(other.count <= count, "copies more than the slice holds")
    unsafe pointer.update(from: other.pointer, count: other.count)  // checked above; the two may overlap
  }

  /// A copy of the elements.
  public var array: [Float] { unsafe Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

/// A dense weight tensor in row-major (C) order, as a file holds it.
public struct WeightTensor: Sendable {
  /// Extents, outermost first; empty for a scalar.
  public let shape: [Int]
  /// The elements, `shape`'s product of them.
  public let values: TensorSlice

  /// A tensor whose element count must be the product of `shape`.
  public init(shape: [Int], values: TensorSlice) {
    precondition(shape.reduce(1, *) == values.count, "shape and element count differ")
    self.shape = shape
    self.values = values
  }
}
