import Networks
import PlainText
import Tensors

/// The weights of a network that was converted. Those of some size that a file holds as they are stay there; they are
/// read and widened when they are asked for.
struct DraftWeights: WeightSource {
  private let tensors: [String: Kept]

  /// Smallest number of bytes that stay in the file.
  private static let smallest = 1 << 12

  private struct Kept {
    let tensor: DraftTensor
    /// Where the bytes are to be read, and what they summed to; nil where they are in memory.
    let place: (place: FilePlace, sum: ByteSum)?
  }

  /// Keeps what is needed of these.
  init(_ tensors: [String: DraftTensor]) {
    self.tensors = tensors.mapValues { tensor in
      guard case .stored(let stored) = tensor.values, case .bytes(let bytes) = stored.data else {
        return Kept(tensor: tensor, place: nil)
      }
      guard let place = stored.place, bytes.count >= Self.smallest else {
        // A copy, so that the bytes of the whole file can be let go.
        return Kept(tensor: tensor.with(stored, ArraySlice(Array(bytes))), place: nil)
      }
      return Kept(tensor: tensor.with(stored, []), place: (place, ByteSum(bytes)))
    }
  }

  /// Of what is kept in a file the only reason is that the file changed.
  func absence(of name: String) -> String {
    guard let place = tensors[name]?.place else { return "which is not there" }
    let file = place.place.file.name.map(\.quoted) ?? "the file"
    return "which cannot be read again: \(file) has changed since it was opened"
  }

  /// Nil also where the file has changed.
  func tensor(_ name: String) -> WeightTensor? {
    guard let kept = tensors[name] else { return nil }
    switch kept.tensor.values {
    case .numbers(let numbers): return WeightTensor(shape: kept.tensor.shape, values: TensorSlice(numbers))
    case .stored(let stored):
      guard let (place, sum) = kept.place else { return WeightTensor(shape: kept.tensor.shape, values: stored.floats) }
      guard let bytes = place.file.bytes(place.range), ByteSum(bytes[...]) == sum else { return nil }
      let read = StoredTensor(name: stored.name, type: stored.type, shape: stored.shape, data: .bytes(bytes[...]))
      return WeightTensor(shape: kept.tensor.shape, values: read.floats)
    }
  }
}

extension DraftTensor {
  /// The same tensor with other bytes for its elements.
  fileprivate func with(_ stored: StoredTensor, _ bytes: ArraySlice<UInt8>) -> DraftTensor {
    DraftTensor(
      shape: shape,
      values: .stored(StoredTensor(name: stored.name, type: stored.type, shape: stored.shape, data: .bytes(bytes))))
  }
}
