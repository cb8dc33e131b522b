/// Paths that come out in byte order, whenever they came in (a binary heap).
package struct PathQueue {
  private var heap: [[UInt8]] = []

  /// Empty.
  package init() {}

  /// Adds a path; takes time by the logarithm of how many there are.
  package mutating func insert(_ path: [UInt8]) {
    heap.append(path)
    var child = heap.count - 1
    while child > 0, heap[child].lexicographicallyPrecedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes out the path that comes before all others, likewise.
  package mutating func popFirst() -> [UInt8]? {
    guard let first = heap.first else { return nil }
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while let child = [2 * parent + 1, 2 * parent + 2].filter({ $0 < heap.count })
      .min(by: { heap[$0].lexicographicallyPrecedes(heap[$1]) }),
      heap[child].lexicographicallyPrecedes(heap[parent])
    {
      heap.swapAt(child, parent)
      parent = child
    }
    return first
  }
}
