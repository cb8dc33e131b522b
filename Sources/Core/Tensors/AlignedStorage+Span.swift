extension AlignedStorage {
  /// Calls `body` with the elements, without a copy and with checked access.
  @inlinable public func withSpan<Result>(_ body: (Span<Element>) throws -> Result) rethrows -> Result {
    // This storage outlives the call, and a span cannot leave the closure.
    try unsafe body(Span(_unsafeStart: pointer, count: count))
  }
}
