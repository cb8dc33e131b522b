extension TensorSlice {
  /// Lends the elements for writing.
  public func withMutableSpan<Result>(_ body: (inout MutableSpan<Float>) throws -> Result) rethrows -> Result {
    // Storage outlives the closure.
    let elements = unsafe UnsafeMutableBufferPointer(start: pointer, count: count)
    var span = unsafe elements.mutableSpan
    return try body(&span)
  }

  /// Calls `body` with the elements, without a copy and with checked access.
  public func withSpan<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
    // The storage outlives the call because this slice keeps it, and a span cannot leave the closure.
    try unsafe body(Span(_unsafeStart: pointer, count: count))
  }
}
