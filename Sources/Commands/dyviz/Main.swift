import ArgumentParser
import Files
import Glibc
import PlainText
import SystemMemory

/// From the command line to the exit status.
@main enum Main {
  static func main() {
    StandardStream.guardNumbers()
    SystemMemory.keepToLimits()
    do {
      var command = try Dyviz.parseAsRoot()
      try command.run()
    } catch {
      exit(status(of: error))
    }
  }

  /// Tells what ended the program; `--help` and `--version` do with what they print on standard output.
  private static func status(of error: any Error) -> Int32 {
    // An argument may be a name that a shell found; its line ends must not pass for the message's own.
    let text = CommandLine.arguments.filter(\.steersTerminals).reduce(Dyviz.fullMessage(for: error)) { text, argument in
      text.replacing(argument, with: argument.escaped)
    }
    let code = Dyviz.exitCode(for: error)
    do {
      if code.isSuccess {
        if !text.isEmpty { try Console.print(text) }
      } else if !text.isEmpty {
        Console.error(text)
      }
      return code.rawValue
    } catch {
      Console.error("Error: \(error)")
      return ExitCode.failure.rawValue
    }
  }
}
