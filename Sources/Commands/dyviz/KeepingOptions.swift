import ArgumentParser
import Networks
import PlainText

/// `--shard`: one of several runs that together see all images.
struct ShardOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Look at the I-th of N equal parts of the images only, I from 0; dyviz merge makes one run of all parts.",
      valueName: "i/n"),
    transform: Share.init(argument:))
  var shard: Share?
}

/// `--every` and `--resume`: a run that may be interrupted.
struct KeepingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      With --save: write the run so far again and again, so much time apart (30s, 5m, 1h); TERM, INT, HUP and USR1 then save it and end with \
      status 75. With --resume the default is 30s, or longer, so that it takes 1 % of the time.
      """, valueName: "time"), transform: Self.seconds(argument:))
  var every: Double?

  @Option(
    help: ArgumentHelp(
      "Go on with a run that was interrupted, and save it there, or where --save says; begins where there is none yet.",
      valueName: "run"), completion: .file())
  var resume: String?

  func validate() throws {
    if resume == "" { throw ValidationError("--resume must name a file") }
  }

  /// How often the run is written; nil where nothing is written before the end.
  var interval: RunKeeping.Interval? { every.map { .seconds($0) } ?? resume.map { _ in .usual } }

  private static func seconds(argument: String) throws -> Double {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? argument : String(argument.dropLast())), number > 0, number.isFinite else {
      throw ValidationError("must be a time above 0, as in 30s, 5m or 1h")
    }
    return number * (unit ?? 1)
  }
}

extension Share {
  /// `2/7`.
  init(argument: String) throws {
    guard let share = Share(argument) else {
      throw ValidationError("must be I/N with I from 0 to N - 1 and N at most \(Share.mostShares), as in 2/7")
    }
    self = share
  }
}
