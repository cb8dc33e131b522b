extension TensorSlice {
  /// Lends the slice's elements as whole vectors, checked by index; its start and count must be multiples of ``FeatureShape/simdWidth``.
  public func withMutableVectors(_ body: (inout MutableSpan<SIMD16<Float>>) -> Void) {
    let width = FeatureShape.simdWidth
    precondition(offset % width == 0 && count % width == 0, "a slice that does not hold whole vectors")
    // Storage starts on a 64-byte boundary, which the offset keeps, and outlives the closure.
    unsafe pointer.withMemoryRebound(to: SIMD16<Float>.self, capacity: count / width) { vectors in
      var span = unsafe UnsafeMutableBufferPointer(start: vectors, count: count / width).mutableSpan
      body(&span)
    }
  }
}
