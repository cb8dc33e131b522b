#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A fixed number of elements on a 64-byte boundary, zero when made and freed with the last reference.
///
/// One owner writes at a time: a worker owns its storage, weights are written once before they are shared.
@safe public final class AlignedStorage<Element: BitwiseCopyable>: @unchecked Sendable {
  /// Elements held.
  public let count: Int
  /// The first element; valid while this object lives. Only kernels and decoders go through it.
  @unsafe public let pointer: UnsafeMutablePointer<Element>
  private let allocation: UnsafeMutableRawPointer

  /// Allocates `count` zeroed elements. Large storage comes from the system zeroed, so pages never written take no memory.
  public init(count: Int) {
    precondition(count >= 0, "storage cannot have a negative count")
    let bytes = max(1, count) * MemoryLayout<Element>.stride
    // 63 spare bytes leave room to move up to the next 64-byte boundary.
    guard let raw = unsafe calloc(1, bytes + 63) else { fatalError("out of memory: \(bytes) bytes asked for") }
    self.count = count
    unsafe allocation = raw
    unsafe pointer = raw.alignedUp(toMultipleOf: 64).bindMemory(to: Element.self, capacity: max(1, count))
  }

  deinit { unsafe free(allocation) }

  /// The element at `index`, checked.
  public subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count, "index outside the storage")
      return unsafe pointer[index]  // checked above
    }
    set {
      precondition(index >= 0 && index < count, "index outside the storage")
      unsafe pointer[index] = newValue  // checked above
    }
  }
}
