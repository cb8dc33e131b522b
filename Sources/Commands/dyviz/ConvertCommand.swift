import ArgumentParser
import Export
import ModelFiles
import Networks
import PlainText

/// `dyviz convert`: a network of another format as a model file that says everything about it.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write networks as one model.bin, with what the command line says of them.",
    discussion: """
      The model file holds the same graph and weights (as F32), how images become the input, and the labels: it opens without options. \
      docs/onnx.md follows one network.
      """)

  @Argument(
    help: ArgumentHelp("One or several model files, then the file to write.", valueName: "model ... output"),
    completion: .file())
  var paths: [String]

  @OptionGroup var reading: ModelOptions

  func validate() throws {
    guard paths.count >= 2 else { throw ValidationError("a model file and a file to write are needed") }
  }

  func run() throws {
    let place = try OutputPath(paths[paths.count - 1], option: "the last name")
    let model = try Model.loadWithWarnings(Array(paths.dropLast()), reading.reading())
    let file = TensorFile(model)
    if let problem = file.problem { throw Failure("\(place.path): is not written: \(problem)") }
    try ExportWriter.write([ExportFile(name: place.name) { emit in try file.write(emit) }], to: place.folder)
    let names = model.variants.map(\.name).joined(separator: ", ")
    try Console.print("\(place.path): \(names)")
  }
}
