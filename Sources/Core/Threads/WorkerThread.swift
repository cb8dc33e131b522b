import SystemMemory

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Threads of the system's own. Foundation's `Thread` does not tell when one could not be started, and whoever waits
/// for its work then waits for ever.
package enum WorkerThread {
  /// Bytes of a thread's stack.
  package static let stackBytes = 8 << 20

  /// Starts a thread that runs `body`; nil, or the system's words where it gives no more threads.
  package static func start(_ body: @escaping @Sendable () -> Void) -> String? {
    guard SystemMemory.hasRoom(for: stackBytes) else { return words(ENOMEM) }
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setstacksize(&attributes, stackBytes)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // The thread takes the body over; where there is none it is released here.
    let work = unsafe Unmanaged.passRetained(Work(body))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = unsafe pthread_create(&thread, &attributes, run, work.toOpaque())
    guard status != 0 else { return nil }
    unsafe work.release()
    return words(status)
  }

  private static func words(_ number: Int32) -> String {
    unsafe String(cString: strerror(number))  // always a terminated string
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  #if canImport(Darwin)
    private static let run: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { context in
      unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
      return nil
    }
  #else
    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
      if let context = unsafe context { unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
      return nil
    }
  #endif
}
