import ArgumentParser
import Export
import Figures
import Images
import PlainText
import RunFiles
import Statistics

/// `dyviz merge`: one run of parts that were made apart.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Make one run of parts that dyviz stats --shard made, the same as a run over all images.",
    discussion: """
      Parts may come in any order, and some of them alone: what comes out is then a part, too, and says which shares it holds. \
      Parts of other models, images, options, instruction sets or shares are refused. docs/clusters.md shows how they are made on several machines.
      """)

  @Argument(help: ArgumentHelp("Parts of one run.", valueName: "part"), completion: .file())
  var parts: [String]

  @Option(help: ArgumentHelp("The file for the merged run.", valueName: "run"), completion: .file())
  var save: String

  @Flag(help: "End with an error where a part is missing, as --output does.")
  var whole = false

  @Flag(
    help: """
      Join whole runs over different images instead, which then come one after the other in this order: those over archives that each came \
      on standard input, for example.
      """)
  var join = false

  @Option(
    help: "The folder for exported files, one sub-folder for each variant; for a whole run.", completion: .directory)
  var output: String?

  func validate() throws {
    if save.isEmpty { throw ValidationError("--save must name a file") }
    if output == "" { throw ValidationError("--output must name a folder") }
  }

  private func joined() throws -> SavedRun {
    try RunFile.joined(parts) { names in
      SourcesTogether.doubt(names.map { ($0.images, $0.labels) }, labels: names.first?.classes ?? [])
    }
  }

  func run() throws {
    let place = try OutputPath(save, option: "--save")
    let merged = try join ? joined() : RunFile.merged(parts, isWhole: whole || output != nil)
    if merged.part == nil, merged.runs.allSatisfy({ $0.figure.progress.done == 0 }) {
      throw Failure("none of the images of \(parts.count) parts could be read")
    }
    let archive = try RunFile.archive(merged)
    try ExportWriter.write([ExportFile(name: place.name) { try archive.write($0) }], to: place.folder)
    guard let part = merged.part else { return try merged.tell(nil, output: output) }
    try Console.print("\(place.path): \(part.words); missing: \(RunPart.list(part.missing))")
  }
}
