extension TensorSlice {
  /// Calls `body` with the elements, without a copy and with checked access.
  public func withSpan<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
    // The storage outlives the call because this slice keeps it, and a span cannot leave the closure.
    try unsafe body(Span(_unsafeStart: pointer, count: count))
  }
}
