import SystemMemory

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
  private let allocation: Allocation

  /// Allocates `count` zeroed elements. Large storage comes from the system zeroed, so pages never written take no
  /// memory.
  public init(count: Int) {
    precondition(count >= 0, "storage cannot have a negative count")
    let bytes = max(1, count) * MemoryLayout<Element>.stride
    // 63 spare bytes leave room to move up to the next 64-byte boundary.
    guard let raw = unsafe calloc(1, bytes + 63), leavesRoom(bytes) else { outOfMemory(bytes) }
    self.count = count
    unsafe allocation = .heap(raw)
    unsafe pointer = raw.alignedUp(toMultipleOf: 64).bindMemory(to: Element.self, capacity: max(1, count))
  }

  /// Maps `count` zeroed elements from a page boundary on. Each page takes memory from the first write to it on, and no
  /// other does: for large tables of which little is used. (What ``init(count:)`` gives may be memory that was freed
  /// before, and is all written to.)
  public init(sparseCount count: Int) {
    precondition(count > 0, "sparse storage has elements")
    let bytes = count * MemoryLayout<Element>.stride
    let raw = unsafe mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | SystemMemory.anonymous, -1, 0)
    guard let raw = unsafe raw, unsafe raw != MAP_FAILED, leavesRoom(bytes) else { outOfMemory(bytes) }
    #if os(Linux)
      // A huge page would be taken whole at its first write. A kernel without them refuses the advice, and nothing is
      // lost.
      _ = unsafe madvise(raw, bytes, MADV_NOHUGEPAGE)
    #endif
    self.count = count
    unsafe allocation = .mapping(raw, bytes: bytes)
    unsafe pointer = raw.bindMemory(to: Element.self, capacity: count)
  }

  deinit {
    switch unsafe allocation {
    case .heap(let raw): unsafe free(raw)
    case .mapping(let raw, let bytes): unsafe munmap(raw, bytes)
    }
  }

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

/// Ends the program with a sentence and status 1: the system gives no more memory, which is nobody's mistake here.
private func outOfMemory(_ bytes: Int) -> Never {
  let words = Array("Error: out of memory: \(bytes) bytes asked for\n".utf8)
  _ = unsafe write(2, words, words.count)  // as many bytes as the array has
  exit(1)
}

/// Whether something is left for what is small after so many bytes were taken; it is asked where they were many.
private func leavesRoom(_ bytes: Int) -> Bool { bytes < 1 << 16 || SystemMemory.hasRoom(for: 0) }

/// Memory as it came from the system.
@unsafe private enum Allocation {
  case heap(UnsafeMutableRawPointer)
  case mapping(UnsafeMutableRawPointer, bytes: Int)
}
