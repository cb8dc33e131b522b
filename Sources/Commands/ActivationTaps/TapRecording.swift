import Inference
import ModelFiles
import Networks
import Tensors

/// Runs a network on tensors that another program prepared, and gives everything that its activations did: what `dyviz
/// taps` writes, and what a user holds against PyTorch.
public struct TapRecording {
  private let plan: Plan

  /// Records `plan`.
  public init(_ plan: Plan) { self.plan = plan }

  /// Runs the images of `input`, `[N, C, H, W]` or `[C, H, W]`, preprocessed.
  ///
  /// The tensors of the result, N images each, with NODE the name of an activation's node:
  /// - `output`: `[N, classes]`, or `[N, C, H, W]` where the network gives a map;
  /// - `x/NODE`, `y/NODE`: `[N, C, H, W]`;
  /// - `slopes/NODE`, `intercepts/NODE`: `[N, K, C]`, or `[N, K, 1]` where channels share, of activations that have
  ///   them;
  /// - `attention/NODE`: `[N, H, W]`, of DY-ReLU-C.
  ///
  /// - Throws: ``RecordingError`` where the input's shape is not the network's.
  public func record(_ input: WeightTensor) throws(RecordingError) -> TensorFile {
    let shape = plan.input
    let wanted = [shape.channels, shape.height, shape.width]
    guard input.shape.suffix(3) == wanted[...], (3...4).contains(input.shape.count) else {
      throw RecordingError(expected: wanted, found: input.shape)
    }
    let images = input.shape.count == 4 ? input.shape[0] : 1
    let executor = Executor(plan)
    let recorder = TapRecorder(sites: plan.sites.count)
    let image = TensorSlice(zeros: shape.count)
    var outputs: [Float] = []
    for index in 0..<images {
      for channel in 0..<shape.channels {
        for position in 0..<shape.positions {
          image[position * shape.channels + channel] =
            input.values[(index * shape.channels + channel) * shape.positions + position]
        }
      }
      let identity = ImageIdentity(ordinal: index, key: UInt64(index))
      append(executor.run(image, image: identity, observer: recorder), to: &outputs)
    }
    return file(outputs: outputs, recorder.sites, images: images)
  }

  /// Appends a result without padding lanes, channel by channel.
  private func append(_ result: TensorSlice, to outputs: inout [Float]) {
    let shape = plan.shapes.output
    for channel in 0..<shape.channels {
      for position in 0..<shape.positions { outputs.append(result[position * shape.channelStride + channel]) }
    }
  }

  private func file(outputs: [Float], _ sites: [TapRecorder.Site], images: Int) -> TensorFile {
    var file = TensorFile()
    let shape = plan.shapes.output
    let map = shape.positions == 1 ? [] : [shape.height, shape.width]
    file.add("output", shape: [images, shape.channels] + map, values: outputs)
    for site in plan.sites {
      let taps = sites[site.id]
      let map = [images, site.shape.channels, site.shape.height, site.shape.width]
      file.add("x/\(site.node)", shape: map, values: taps.inputs)
      file.add("y/\(site.node)", shape: map, values: taps.outputs)
      if site.activation.hasCoefficients {
        let coefficients = [images, site.activation.functions, site.coefficientChannels]
        file.add("slopes/\(site.node)", shape: coefficients, values: taps.slopes)
        file.add("intercepts/\(site.node)", shape: coefficients, values: taps.intercepts)
      }
      if site.activation.attention != nil {
        file.add(
          "attention/\(site.node)", shape: [images, site.shape.height, site.shape.width], values: taps.attention)
      }
    }
    return file
  }
}

/// An input that is not the network's.
public struct RecordingError: Error, Equatable, CustomStringConvertible {
  /// The network's input, `[C, H, W]`.
  public let expected: [Int]
  /// The shape that came.
  public let found: [Int]

  /// What was expected and what came.
  public var description: String {
    "expected shape \(expected) (channels, height, width), with or without a number of images before it, but it is \(found)"
  }
}
