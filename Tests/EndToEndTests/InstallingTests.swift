import Foundation
import Testing

/// What is installed beside the program, and the program's own words of itself.
@Suite struct InstallingTests {
  @Test("The version names number, commit, and the instruction sets of program and processor")
  func version() throws {
    let outcome = try Program.run(["--version"])
    let number = try String(contentsOf: Program.root.appending(path: "VERSION"), encoding: .utf8)
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.status == 0 && outcome.errors.isEmpty && lines.count == 3)
    let expected = try Regex(
      "dyviz \(NSRegularExpression.escapedPattern(for: number.trimmingCharacters(in: .newlines)))"
        + #"( \([0-9a-f]{7,40}(\+changes)?\))?"#)
    #expect(try expected.wholeMatch(in: lines[0]) != nil)
    #expect(lines[1].hasPrefix("instruction sets of this program: portable"))
    #expect(lines[2].hasPrefix("of this processor: portable"))
  }

  @Test("dyviz sample writes the checkout's sample, and says the line that opens it")
  func sample() throws {
    try withTemporaryFolder { folder in
      let target = folder.appending(path: "my sample").path
      let outcome = try Program.run(["sample", target])
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      let next = "next: dyviz '\(target)/sample-weights/model.bin' '\(target)/sample-images' --variant dyrelu-b\n"
      #expect(outcome.output.hasSuffix(next))
      for part in ["sample-weights", "sample-images"] {
        let compared = try Program.shell("diff -r '\(Program.root.path)/\(part)' '\(target)/\(part)'")
        #expect(compared.status == 0, "\(compared.output)")
      }
      let again = try Program.run(["sample", target])
      #expect(again.status == 1 && again.output.isEmpty)
      #expect(again.errors.hasSuffix("cannot write \(target): something of that name is there already\n"))
    }
  }

  @Test("Every option of every command is in the manual page and in each shell's completions")
  func options() throws {
    try withTemporaryFolder { folder in
      let script = Program.root.appending(path: "Scripts/write-help").path
      let written = try Program.shell("'\(script)' \"$DYVIZ\" 0.2.0 '\(folder.path)'")
      #expect(written.status == 0, "\(written.errors)")
      func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
      }
      let page = try text("man/man1/dyviz.1")
      // Defaults are words of the command line, not values of the program.
      #expect(try #/[A-Z][a-z]+\.[A-Z][A-Za-z]+\./#.firstMatch(in: page) == nil)
      let bash = try text("bash-completion/completions/dyviz")
      let zsh = try text("zsh/site-functions/_dyviz")
      let fish = try text("fish/vendor_completions.d/dyviz.fish")
      for command in try CommandDescription.all() {
        let section = try #require(page.part(after: ".SS dyviz \(command.name)\n", before: "\n.SS dyviz "))
        let bashFunction = try #require(bash.part(after: "\n_dyviz_\(command.name)() {", before: "\n}"))
        let zshFunction = try #require(zsh.part(after: "\n_dyviz_\(command.name)() {", before: "\n}"))
        for option in command.options {
          let comment = Comment("\(command.name) --\(option)")
          #expect(section.contains("\\-\\-\(option.replacing("-", with: "\\-"))\\fR"), comment)
          #expect(bashFunction.contains("--\(option)"), comment)
          #expect(zshFunction.contains("--\(option)"), comment)
          #expect(fish.offers(option, of: command.name), comment)
        }
      }
      for (shell, check) in [("bash", bash), ("fish", fish), ("zsh", zsh)] where !check.isEmpty {
        let path = try Program.shell("command -v \(shell)")
        guard path.status == 0 else { continue }
        let file = ["bash": "bash-completion/completions/dyviz", "fish": "fish/vendor_completions.d/dyviz.fish"][shell]
        let parsed = try Program.shell("\(shell) -n '\(folder.path)/\(file ?? "zsh/site-functions/_dyviz")'")
        #expect(parsed.status == 0, "\(parsed.errors)")
      }
    }
  }

  @Test("Names of files are completed where a model may stand")
  func fileCompletion() throws {
    try withTemporaryFolder { folder in
      let script = Program.root.appending(path: "Scripts/write-help").path
      try #expect(Program.shell("'\(script)' \"$DYVIZ\" 0.2.0 '\(folder.path)'").status == 0)
      let offered = try Program.shell(
        """
        source '\(folder.path)/bash-completion/completions/dyviz'
        complete -p dyviz
        COMP_WORDS=(dyviz stats model.bin images --ou) COMP_CWORD=4 COMP_LINE='dyviz stats model.bin images --ou' COMP_POINT=33
        _dyviz dyviz --ou images
        echo "${COMPREPLY[@]}"
        """)
      #expect(offered.output.contains("-o default"))
      #expect(offered.output.contains("--output"))
    }
  }
}

/// A command and its options, as the program itself tells them.
private struct CommandDescription: Decodable {
  private struct Tool: Decodable {
    struct Root: Decodable {
      var subcommands: [CommandDescription]
    }
    var command: Root
  }

  private struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }
    var names: [Name]?
    var shouldDisplay: Bool
  }

  private enum CodingKeys: String, CodingKey {
    case name = "commandName"
    case arguments
  }

  var name: String
  private var arguments: [Argument]

  /// Long names, without dashes.
  var options: [String] {
    arguments.filter(\.shouldDisplay).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map(\.name)
  }

  /// Every command but `help`.
  static func all() throws -> [CommandDescription] {
    let described = try Program.run(["--experimental-dump-help"])
    let tool = try JSONDecoder().decode(Tool.self, from: Data(described.output.utf8))
    #expect(tool.command.subcommands.count > 10)
    return tool.command.subcommands.filter { $0.name != "help" }
  }
}

extension String {
  /// What stands between two texts; up to the end where the second does not follow.
  fileprivate func part(after start: String, before end: String) -> Substring? {
    guard let start = range(of: start) else { return nil }
    let rest = self[start.upperBound...]
    return rest[..<(rest.range(of: end)?.lowerBound ?? rest.endIndex)]
  }

  /// Whether fish's completions have a line for a command's option.
  fileprivate func offers(_ option: String, of command: String) -> Bool {
    split(separator: "\n").contains { $0.contains("\"dyviz \(command)\"") && $0.contains(" -l '\(option)' ") }
  }
}
