import ArgumentParser
import Files
import PlainText
import Sample

/// `dyviz sample`: the sample model and images, out of the installed package.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Write the sample model and its images into a new folder.",
    discussion: "The folder must not be there yet; it is written whole or not at all.")

  @Argument(help: ArgumentHelp("The folder to make.", valueName: "dir"), completion: .directory)
  var folder = "dyviz-sample"

  func validate() throws {
    if folder.isEmpty { throw ValidationError("the folder must have a name") }
  }

  func run() throws {
    guard let executable = FileSystem.executable, let sample = Sample(of: executable) else {
      throw Failure(
        "this program has no sample: expected share/dyviz beside its folder, as make install and the packages put it, "
          + "or a checkout around it")
    }
    try sample.write(to: folder)
    let files = "\(Sample.modelPath(in: folder).shellQuoted) \(Sample.imagesPath(in: folder).shellQuoted)"
    try Console.print(
      """
      wrote \(folder.escaped): a MobileNetV2 x0.35 with four activations (dyrelu-a, dyrelu-b, dyrelu-c, relu) and 1,000 images
      next: dyviz \(files) --variant dyrelu-b
      """)
  }
}
