import Tensors

extension TensorSlice {
  /// A preprocessed image of noise, the same at each call: values evenly spread around 0 with a deviation of 1.
  static func noise(_ shape: FeatureShape) -> TensorSlice {
    let image = TensorSlice(zeros: shape.count)
    let reach = Float(3).squareRoot()
    var state: UInt64 = 1
    for index in 0..<image.count {
      // The multiplier and increment of Knuth's MMIX generator; its high bits are good.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      image[index] = (Float(state >> 40) / 8_388_608 - 1) * reach
    }
    return image
  }
}
