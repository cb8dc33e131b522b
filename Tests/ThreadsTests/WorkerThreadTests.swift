import Dispatch
import Synchronization
import Testing
import Threads

struct WorkerThreadTests {
  @Test("Threads run what they are given, each once")
  func threadsRun() {
    let count = Atomic(0)
    let group = DispatchGroup()
    for _ in 0..<8 {
      group.enter()
      let failure = WorkerThread.start {
        count.wrappingAdd(1, ordering: .relaxed)
        group.leave()
      }
      if failure != nil { group.leave() }
      #expect(failure == nil)
    }
    group.wait()
    #expect(count.load(ordering: .relaxed) == 8)
  }
}
