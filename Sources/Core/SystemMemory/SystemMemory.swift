import CMemory

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the system still gives, asked before much is taken: large storage that is not given is an error in words, but
/// Swift's runtime ends in a fault where it gets none for a string or an object.
package enum SystemMemory {
  /// Bytes that large storage leaves for everything small.
  private static let margin = 8 << 20
  #if canImport(Darwin)
    /// The flag of a mapping without a file.
    package static let anonymous = MAP_ANON
  #else
    /// The flag of a mapping without a file.
    package static let anonymous = MAP_ANONYMOUS
  #endif

  /// Whether so many bytes more could be taken, and the margin after them.
  package static func hasRoom(for bytes: Int) -> Bool {
    let (sum, isTooMuch) = bytes.addingReportingOverflow(margin)
    guard !isTooMuch else { return false }
    // Never read or written, and given back at once.
    let room = unsafe mmap(nil, sum, PROT_READ | PROT_WRITE, MAP_PRIVATE | anonymous, -1, 0)
    guard let room = unsafe room, unsafe room != MAP_FAILED else { return false }
    unsafe munmap(room, sum)
    return true
  }

  /// Keeps all threads to one heap where the address space is limited (`ulimit -v`, batch systems): the C library
  /// reserves 128 MiB for a moment whenever a thread gets a heap of its own. Before any thread starts.
  package static func keepToLimits() { memory_keep_to_limits() }
}
