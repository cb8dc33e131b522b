import Foundation
import Testing

@Suite struct FigureTests {
  private func figure(_ output: URL, _ arguments: String...) throws -> Outcome {
    try Program.run(
      ["figure", Program.model, Program.images, "--variant", "dyrelu-b", "--limit", "40", "--output", output.path]
        + arguments)
  }

  @Test("Fig. 3 of the sample as SVG, PDF and PNG: the same words and numbers, and the same bytes again")
  func formats() throws {
    try withTemporaryFolder { folder in
      for ending in ["svg", "pdf", "png"] {
        let file = folder.appending(path: "fig3.\(ending)")
        let outcome = try figure(file)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("fig3.\(ending)\nOutputs over inputs, and slope differences, of dyrelu-b"))
        #expect(outcome.output.contains("dyrelu-b of model.bin: 40 images, top-1 "))
        let again = folder.appending(path: "again.\(ending)")
        #expect(try figure(again, "--threads", "1").status == 0)
        #expect(try Data(contentsOf: again) == Data(contentsOf: file))
      }
      let svg = try String(contentsOf: folder.appending(path: "fig3.svg"), encoding: .utf8)
      #expect(svg.count { $0 == "\n" } > 100 && svg.components(separatedBy: "<image ").count == 10)
      let text = try Program.shell("pdftotext '\(folder.path)/fig3.pdf' -")
      for words in ["block 1", "block 17", "input x", "output y", "|a1-a2|", "dyrelu-b of model.bin: 40 images"] {
        #expect(text.output.contains(words), "\(words)")
        #expect(svg.contains(words), "\(words)")
      }
      let page = try Program.shell("pdfinfo '\(folder.path)/fig3.pdf' && pdfimages -list '\(folder.path)/fig3.pdf'")
      #expect(page.output.contains("Pages:           1\n"))
      #expect(page.output.split(separator: "\n").count { $0.contains(" image ") } == 9)
      #expect(!page.output.contains("CreationDate"))
    }
  }

  @Test("Every kind is drawn of the sample, with the numbers beside it where they are asked for")
  func kinds() throws {
    try withTemporaryFolder { folder in
      for kind in ["scatter", "bars", "channels"] {
        let file = folder.appending(path: "\(kind).svg")
        let outcome = try figure(
          file, "--kind", kind, "--blocks", "1,5", "--theme", "dark", "--width", "8.4cm", "--data")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try String(contentsOf: file, encoding: .utf8).contains("width=\"84mm\""))
        for name in outcome.output.split(separator: "\n")[0].split(separator: ",") {
          let path = folder.appending(path: name.trimmingCharacters(in: .whitespaces)).path
          #expect(FileManager.default.fileExists(atPath: path), "\(name)")
        }
      }
      let compared = folder.appending(path: "compare.svg")
      let outcome = try Program.run([
        "figure", Program.model, Program.images, "--limit", "20", "--output", compared.path, "--kind", "compare",
        "--variants",
        "dyrelu-b", "relu", "--site", "5.A2",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try String(contentsOf: compared, encoding: .utf8).components(separatedBy: "<image ").count == 4)
      for measure in ["dynamic", "by-class", "frozen"] {
        let file = folder.appending(path: "\(measure).svg")
        let outcome = try figure(file, "--kind", "bars", "--bars", measure, "--site", "A3")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try String(contentsOf: file, encoding: .utf8).components(separatedBy: "<rect").count > 17)
      }
    }
  }

  @Test("What is wrong is told before any image is looked at, and nothing is written")
  func failures() throws {
    try withTemporaryFolder { folder in
      let svg = folder.appending(path: "f.svg")
      let wrong: [(arguments: [String], status: Int32, words: String)] = [
        (["--output", folder.appending(path: "f.tiff").path], 64, ".svg, .pdf or .png"),
        (["--output", folder.path + "/.svg"], 64, "name before its ending"),
        (["--width", "160"], 64, "with its unit"), (["--width", "5mm"], 64, "60 to 1200 mm"),
        (["--blocks", "1,x"], 64, "numbers of blocks"), (["--kind", "pie"], 64, "pie"),
        (["--kind", "compare"], 64, "--variants A B"), (["--dpi", "1"], 64, "--dpi"),
        (["--site", "A9"], 1, "no activation is called A9"), (["--blocks", "99"], 1, "block 99"),
        (["--output", "/proc/none/f.svg"], 1, "/proc/none"),
      ]
      for (arguments, status, words) in wrong {
        let output = arguments.contains("--output") ? [] : ["--output", svg.path]
        let outcome = try Program.run(["figure", Program.model, Program.images] + output + arguments)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test("Where no font is found, PDF and PNG say what to install before the run; SVG needs none")
  func withoutFonts() throws {
    try withTemporaryFolder { folder in
      let configuration = folder.appending(path: "fonts.conf")
      try Data("<?xml version=\"1.0\"?><fontconfig><dir>/nowhere</dir></fontconfig>".utf8).write(to: configuration)
      func run(_ ending: String) throws -> Outcome {
        try Program.shell(
          "FONTCONFIG_FILE='\(configuration.path)' $DYVIZ figure $MODEL $IMAGES --limit 5 --output '\(folder.path)/f.\(ending)'"
        )
      }
      let pdf = try run("pdf")
      #expect(pdf.status == 1 && pdf.errors.contains("fonts-dejavu-core"), "\(pdf.errors)")
      #expect(try run("svg").status == 0)
    }
  }

  @Test("The figure in docs/figures.md is the program's (make figures makes it anew)")
  func pageFigure() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "fig3-sample.svg")
      let outcome = try Program.run([
        "figure", Program.model, Program.images, "--variant", "dyrelu-b", "--instruction-set", "portable", "--output",
        file.path,
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let shown = Program.root.appending(path: "docs/fig3-sample.svg")
      #expect(try Data(contentsOf: shown) == Data(contentsOf: file))
    }
  }
}
