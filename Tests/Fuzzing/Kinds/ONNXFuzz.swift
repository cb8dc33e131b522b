import KernelInterface
import Kernels
import ModelFiles
import Networks
import TinyModels

/// ONNX files: read, converted, planned and, where that is quick, run on one image.
struct ONNXFuzz: FuzzKind {
  static let name = "onnx"
  private let folder: String
  private let victims: [[UInt8]]
  private let kernels: KernelTable
  private let options: ReadingOptions

  init(folder: String) throws {
    self.folder = folder
    kernels = try .best
    victims =
      [TinyONNX().bytes]
      + (try [
        "residual.script", "shapes.script", "dyrelu-interleaved.script", "channels-last", "normalised.script",
        "normalised-parts.dynamo", "shares.dynamo", "unet.script", "combined.dynamo", "mixed.script",
      ].map { try ProjectFiles.bytes("Tests/Golden/onnx/\($0).onnx") })
    var choice = PreprocessingChoice()
    choice.preset = PreprocessingChoice.Preset.none
    options = ReadingOptions(input: Extent2D(height: 12, width: 10), preprocessing: choice)
  }

  func input(_ random: inout FuzzRandom) -> FuzzInput {
    // The tiny one has more structure than weights.
    let victim = random.isOne(in: 2) ? tiny(&random) : random.element(victims)
    return FuzzInput("network.onnx", ByteMutation.mutate(victim, other: random.element(victims), &random))
  }

  /// The tiny file with some of its parts changed, lengths around them right.
  private func tiny(_ random: inout FuzzRandom) -> [UInt8] {
    let types = [
      "Conv", "Relu", "MaxPool", "Reshape", "Transpose", "Concat", "Slice", "Gather", "ReduceMean", "Add", "Mul", "Div",
      "Max", "Pad", "Resize", "Split", "Expand", "Tile", "MatMul", "Shape", "Squeeze", "DepthToSpace", "Where",
      "Softmax", "LayerNormalization", "InstanceNormalization", "ConvTranspose", "Greater", "Min", "ReduceL2", "Sqrt",
      "Elu", "Shrink", "GatherND", "Pow", "Cast", "ReduceMax",
    ]
    var tiny = TinyONNX()
    tiny.inputs = [TinyONNX.input("image", [1, 3, 12, 10])]
    for _ in 0..<1 + random.below(3) {
      let index = random.below(tiny.nodes.count)
      switch random.below(6) {
      case 0: tiny.nodes[index].type = random.element(types)
      case 1: tiny.nodes[index].inputs.append(random.element(["map", "act", "fc.weight", "conv.bias", "", "image"]))
      case 2:
        let name = random.element([
          "axis", "group", "ceil_mode", "transB", "transA", "keepdims", "to", "blocksize", "num_groups", "antialias",
        ])
        let value = Int(Int64(bitPattern: ByteMutation.number(&random)))
        tiny.nodes[index].attributes.append(TinyONNX.attribute(name, integer: value))
      case 3:
        let names = [
          "pads", "strides", "dilations", "kernel_shape", "perm", "axes", "starts", "ends", "split", "shape",
          "output_padding", "output_shape",
        ]
        let values = (0..<random.below(5)).map { _ in
          random.isOne(in: 2) ? random.below(5) - 1 : Int(Int64(bitPattern: ByteMutation.number(&random)))
        }
        tiny.nodes[index].attributes.append(TinyONNX.attribute(random.element(names), integers: values))
      case 4:
        let node = TinyONNX.Node(random.element(types), [tiny.nodes[index].outputs[0]], ["extra"])
        tiny.nodes.insert(node, at: index + 1)
        if index + 2 < tiny.nodes.count { tiny.nodes[index + 2].inputs[0] = "extra" }
      default:
        let shape = (0..<random.below(4)).map { _ in random.below(5) }
        tiny.tensors[random.below(tiny.tensors.count)] = TinyONNX.tensor(
          random.element(["conv.weight", "conv.bias", "fc.weight"]), shape,
          [Float](repeating: 0.5, count: shape.reduce(1, *)))
      }
    }
    return tiny.bytes
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    let path = input.write(to: folder)
    do throws(ModelFileError) {
      return .of(try Model.load([path], options: options), kernels)
    } catch { return .refused(error, naming: path) }
  }
}
