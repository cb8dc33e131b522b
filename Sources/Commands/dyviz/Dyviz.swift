import ArgumentParser
import BuildVersion

/// The program: `dyviz MODEL... IMAGES`, `dyviz stats`, `dyviz merge`, `dyviz find`, `dyviz ablate`, `dyviz diff`,
/// `dyviz figure`, `dyviz report`, `dyviz functions`, `dyviz bench`, `dyviz taps`, `dyviz keypoints`, `dyviz info`,
/// `dyviz convert` and `dyviz sample`.
struct Dyviz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dyviz",
    abstract: "An oscilloscope for dynamic activations: what every Dynamic ReLU of a network does, image by image.",
    usage: """
      dyviz MODEL... IMAGES [--variant NAME] [--threads N] [--limit N] [--exact]
      dyviz stats MODEL... IMAGES [--output DIR] [--save RUN] [--channels] [--variant NAME] [--threads N] [--limit N] [--exact]
      dyviz stats ... --shard I/N --save PART | merge PART... --save RUN [--output DIR]
      dyviz stats ... --save RUN --every TIME | --resume RUN
      dyviz RUN | stats RUN --output DIR [--variant NAME]
      dyviz find MODEL IMAGES --site NODE --x RANGE --y RANGE | --extreme gain|largest|smallest --output FILE.csv
      dyviz ablate MODEL... IMAGES --output DIR [--change NAME...] [--sites ORDER...] [--variant NAME] [--threads N]
      dyviz diff MODEL... IMAGES --variants A B | RUN [RUN] | EXPORT_A EXPORT_B [--output FILE.csv] [--tolerance T]
      dyviz figure MODEL... IMAGES | RUN --output FILE.svg|.pdf|.png [--kind fig3|scatter|bars|channels|compare] [--theme NAME]
      dyviz report MODEL... IMAGES | RUN --output FILE.html [--what-if] [--save RUN] [--variant NAME] [--limit N] [--exact]
      dyviz functions MODEL IMAGES --image PATH --output FILE.csv [--variant NAME]
      dyviz bench MODEL [--variant NAME] [--size N] [--threads N] [--taps none|depthwise|lattice|default|exact] [--json]
      dyviz taps MODEL --input FILE --output FILE [--variant NAME]
      dyviz keypoints MODEL IMAGES --output FILE.csv [--variant NAME] [--limit N] [--no-flip] [--alignment origin|centre]
      dyviz info MODEL... | --network NAME [--width X] [--activation NAME] [--input N] ... | --paper
      dyviz convert MODEL... OUTPUT
      dyviz sample [DIR]
      """,
    discussion: """
      MODEL is a model.bin (see docs/model-format.md) or an ONNX file, of which --preset says how images become its input \
      (see docs/onnx.md); several files are several variants. IMAGES is a folder of JPEG, PNG \
      and WebP files, read recursively, a tar or zip archive, or several of these; - is an archive on standard input (see docs/sources.md). \
      Sub-folders named like the model's classes label their images.

      Without a terminal on both ends, `dyviz MODEL... IMAGES` runs headless and prints the summary.

      EXIT STATUS
        0    done
        1    a model, the images, an export or the output cannot be used; the message says which and why
        3    dyviz diff: something is beyond the tolerance
        64   the command line is wrong
        75   ended by a signal after the run was saved (--every, --resume); --resume goes on
        128+n  ended by signal n
      """,
    version: BuildVersion.description,
    subcommands: [
      ViewCommand.self, StatsCommand.self, MergeCommand.self, FindCommand.self, AblateCommand.self, DiffCommand.self,
      FigureCommand.self, ReportCommand.self, FunctionsCommand.self, BenchCommand.self, TapsCommand.self,
      KeypointsCommand.self, InfoCommand.self, ConvertCommand.self, SampleCommand.self,
    ],
    defaultSubcommand: ViewCommand.self)
}
