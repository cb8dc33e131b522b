extension AlignedStorage {
  /// A copy of the elements.
  public var array: [Element] { unsafe Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
