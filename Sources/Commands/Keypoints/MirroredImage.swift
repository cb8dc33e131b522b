import Tensors

/// A network's input for the mirror image: columns of `image`, a feature map without padding lanes, in reverse.
public func mirroredImage(_ image: TensorSlice, shape: FeatureShape) -> TensorSlice {
  precondition(image.count == shape.count, "as many values as the shape says")
  let values = image.array
  var mirrored = values
  for row in 0..<shape.height {
    for column in 0..<shape.width {
      let from = (row * shape.width + shape.width - 1 - column) * shape.channels
      let to = (row * shape.width + column) * shape.channels
      for channel in 0..<shape.channels { mirrored[to + channel] = values[from + channel] }
    }
  }
  return TensorSlice(mirrored)
}
