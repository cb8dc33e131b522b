import Foundation
import Testing
import TinyModels

@Suite struct ONNXTests {
  private static let file = Program.root.appending(path: "Tests/Golden/onnx/dyrelu-interleaved.script.onnx").path

  @Test("an ONNX file is refused until it is said how images become its input")
  func preprocessing() throws {
    let bare = try Program.run([Self.file, Program.images, "--input", "12x10"])
    #expect(bare.status == 1)
    #expect(bare.errors.contains("add --preset imagenet (or inception, clip, none), or --mean and --std"))
    let open = try Program.run([Self.file, Program.images, "--preset", "imagenet"])
    #expect(open.status == 1 && open.errors.contains("say it, as in --input 224"))
    let wrong = try Program.run([Program.model, Program.images, "--preset", "imagenet"])
    #expect(wrong.status == 1 && wrong.errors.contains("go with ONNX files"))
    let numbers = try Program.run([Self.file, Program.images, "--mean", "a,b", "--std", "1", "--input", "12"])
    #expect(numbers.status == 64 && numbers.errors.contains("--mean a,b"))
  }

  @Test("an ONNX file gives the same numbers as the model file that convert writes of it")
  func converted() throws {
    try withTemporaryFolder { folder in
      let labels = folder.appending(path: "labels.txt")
      try Data("bag\ncoat\ndress\nshirt\nsandal\n".utf8).write(to: labels)
      let said = ["--preset", "imagenet", "--input", "12x10", "--labels", labels.path]
      let model = folder.appending(path: "model.bin").path
      let convert = try Program.run(["convert", Self.file, model] + said)
      #expect(convert.status == 0, "\(convert.errors)")
      let run = ["--limit", "20", "--threads", "2", "--output"]
      let (first, second) = (folder.appending(path: "a").path, folder.appending(path: "b").path)
      let direct = try Program.run(["stats", Self.file, Program.images] + said + run + [first])
      let indirect = try Program.run(["stats", model, Program.images] + run + [second])
      #expect(direct.status == 0 && indirect.status == 0, "\(direct.errors)\(indirect.errors)")
      let name = "dyrelu-interleaved.script/sites.csv"
      let tables = try [first, second].map { try Data(contentsOf: URL(filePath: "\($0)/\(name)")) }
      #expect(tables[0] == tables[1] && !tables[0].isEmpty)
    }
  }

  @Test("convert keeps the layout that is said of a file whose nodes do not show it")
  func layout() throws {
    var tiny = TinyONNX()
    tiny.inputs = [TinyONNX.input("image", [1, 3, 8, 3])]
    tiny.tensors = []
    tiny.nodes = [TinyONNX.Node("Relu", ["image"], ["logits"], name: "/act/Relu")]
    try withTemporaryFolder { folder in
      let (file, model) = (folder.appending(path: "network.onnx"), folder.appending(path: "model.bin").path)
      try Data(tiny.bytes).write(to: file)
      for (layout, shape) in [("nchw", "8×3×3"), ("nhwc", "3×8×3")] {
        let convert = try Program.run(["convert", file.path, model, "--preset", "none", "--layout", layout])
        #expect(convert.status == 0 && convert.errors.isEmpty, "\(convert.errors)")
        let info = try Program.run(["info", model])
        #expect(info.output.contains("input          \(shape) "), "\(info.output)")
      }
      let guessed = try Program.run(["info", file.path])
      #expect(guessed.errors.contains("--layout nhwc says the other"), "\(guessed.errors)")
    }
  }
}
