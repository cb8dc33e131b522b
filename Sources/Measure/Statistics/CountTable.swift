import Tensors

/// A fixed number of integers, a value that kernels can write to: a copy costs nothing until one of the two changes.
struct CountTable<Element: FixedWidthInteger & BitwiseCopyable & Sendable>: Sendable, Equatable {
  private var storage: AlignedStorage<Element>

  /// `count` zeros.
  init(count: Int) { storage = AlignedStorage(count: count) }

  /// The numbers, for writing: no other table's, and this one's only until it is copied.
  var exclusive: AlignedStorage<Element> {
    mutating get {
      if !isKnownUniquelyReferenced(&storage) {
        let copy = AlignedStorage<Element>(count: storage.count)
        for index in 0..<storage.count { copy[index] = storage[index] }
        storage = copy
      }
      return storage
    }
  }

  /// Numbers held.
  var count: Int { storage.count }

  subscript(index: Int) -> Element {
    get { storage[index] }
    set { exclusive[index] = newValue }
  }

  static func == (left: CountTable, right: CountTable) -> Bool {
    left.count == right.count && (0..<left.count).allSatisfy { left[$0] == right[$0] }
  }
}
