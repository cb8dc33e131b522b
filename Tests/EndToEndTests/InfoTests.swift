import Foundation
import Testing

/// `dyviz info` without a model file: the networks of the paper.
@Suite struct InfoTests {
  @Test("A network of the paper is counted block by block")
  func network() throws {
    let outcome = try Program.run([
      "info", "--network", "mobilenet-v2", "--width", "0.35", "--activation", "dyrelu-b", "--functions", "2",
      "--reduction", "8",
    ])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.first == "mobilenet-v2, width 0.35, dyrelu-b, K = 2, R = 8, input 224×224×3")
    #expect(lines.count == 1 + 2 + 21 + 1)
    #expect(lines.last?.contains("64,9") == true)
  }

  @Test("Initial values and ranges of Table 9 are options that change no count")
  func hyperParameters() throws {
    let network = ["info", "--network", "mobilenet-v2", "--width", "0.35", "--activation", "dyrelu-b"]
    let usual = try Program.run(network)
    let own = try Program.run(
      network + ["--alpha", "1,0.5", "--beta", "-0.1,0", "--lambda-a", "2", "--lambda-b", "0.25"])
    #expect(own.status == 0 && own.errors.isEmpty)
    let title = "mobilenet-v2, width 0.35, dyrelu-b, α = (1,0.5), β = (-0.1,0), λa = 2.0, λb = 0.25, input 224×224×3"
    #expect(own.output.split(separator: "\n").first.map(String.init) == title)
    #expect(own.output.split(separator: "\n").dropFirst() == usual.output.split(separator: "\n").dropFirst())
  }

  @Test("The paper's tables are the page of the documentation")
  func paper() throws {
    let outcome = try Program.run(["info", "--paper"])
    let page = try String(contentsOf: Program.root.appending(path: "docs/paper-tables.md"), encoding: .utf8)
    #expect(outcome.status == 0 && outcome.output == page)
  }

  @Test(
    "An option that cannot be is named, with status 64",
    arguments: [
      (["--network", "vgg"], "mobilenet-v2"), (["--network", "resnet-18", "--width", "2"], "--width 2.0"),
      (["--network", "resnet-18", "--input", "0"], "at least 1x1"),
      (["--network", "resnet-18", "--input", "1x2x3"], "HEIGHTxWIDTH"),
      (["--network", "resnet-18", "--activation", "relu", "--functions", "3"], "no option of relu"),
      (["--network", "resnet-18", "--positions", "A1,,A2"], "--positions"),
      (["--network", "resnet-18", "--activation", "dyrelu-b", "--alpha", "1,0,0"], "must be 2 numbers"),
      (["--network", "resnet-18", "--activation", "dyrelu-b", "--beta", "-0.1,"], "--beta -0.1,: must be numbers"),
      (["--network", "resnet-18", "--activation", "dyrelu-b", "--lambda-a=-1"], "not below 0"),
      (["--network", "resnet-18", "--activation", "relu6", "--lambda-b", "1"], "no option of relu6"),
      (["--network", "resnet-18", "--paper"], "--paper"), ([], "--network NAME"),
      (["--network", "resnet-18", "--plan"], "--plan goes with model files"),
    ])
  func refused(arguments: [String], text: String) throws {
    let outcome = try Program.run(["info"] + arguments)
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }
}
