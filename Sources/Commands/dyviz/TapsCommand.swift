import ActivationTaps
import ArgumentParser
import Export
import Inference
import ModelFiles
import Networks
import PlainText
import Tensors

/// `dyviz taps`: a network on tensors that another program prepared, and everything that its activations did.
struct TapsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "taps",
    abstract: "Run preprocessed tensors and write each activation's input, output and coefficients as tensors.",
    discussion: """
      The input is a safetensors file with a tensor "input", [N, C, H, W]. The output is a safetensors file with "output" and, for each \
      activation NODE, "x/NODE", "y/NODE" and, where it has them, "slopes/NODE", "intercepts/NODE" and "attention/NODE".
      """)

  @Argument(help: "A model file.", completion: .file())
  var model: String

  @Option(help: ArgumentHelp("The safetensors file to read.", valueName: "file"), completion: .file())
  var input: String

  @Option(help: ArgumentHelp("The safetensors file to write.", valueName: "file"), completion: .file())
  var output: String

  @Option(help: "The variant to run; by default the first.")
  var variant: String?

  @OptionGroup var file: FileArguments

  @OptionGroup var computing: KernelOptions

  func run() throws {
    // The images' size may be for the network to know; what is wrong with the network is told first.
    let images = Result { try tensor() }
    let sides = (try? images.get().shape) ?? []
    let size =
      sides.count == 4 && sides.allSatisfy { $0 > 0 } ? Extent2D(height: sides[2], width: sides[3]) : nil
    var options = ReadingOptions.withoutImages(size)
    file.say(&options)
    let chosen = try ChosenModel([model], options, variant: variant)
    let place = try OutputPath(output)
    let input = try images.get()
    let plan = try chosen.make { try Plan($0, kernels: computing.table()) }
    let recording: TensorFile
    do {
      recording = try TapRecording(plan).record(input)
    } catch {
      throw Failure("\(self.input.escaped), tensor \"input\": \(error)")
    }
    try ExportWriter.write([ExportFile(name: place.name) { emit in try recording.write(emit) }], to: place.folder)
  }

  /// The tensor of prepared images.
  private func tensor() throws -> WeightTensor {
    guard let input = try SafetensorsArchive(path: input).tensor("input") else {
      throw Failure("\(input.escaped): holds no tensor \"input\" of type F32, F16 or BF16")
    }
    return input
  }
}
