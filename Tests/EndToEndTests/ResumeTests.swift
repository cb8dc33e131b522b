import Foundation
import Glibc
import Processes
import Testing
import TinyModels

/// Runs that are ended, whatever ends them, and go on where they were: the file at the end is that of one run.
@Suite struct ResumeTests {
  private static let limit = 400
  /// `DYVIZ_KILLS` asks for more than a test of every change should take.
  private static let kills = ProcessInfo.processInfo.environment["DYVIZ_KILLS"].flatMap { Int($0) } ?? 15

  /// A folder with a small model, and what runs write; `whole.run` is one that nobody ended.
  private struct Place {
    let folder: URL
    let whole: Data
    let seconds: Double

    init(_ folder: URL) throws {
      self.folder = folder
      try Data(TinyModel().bytes).write(to: folder.appending(path: "model.bin"))
      let start = ContinuousClock().now
      let process = try SpawnedProcess(
        Program.executable, Self.options(folder) + ["--save", folder.path + "/whole.run"])
      try #require(process.wait(atMost: 120) == .status(0))
      seconds = Double((ContinuousClock().now - start) / .milliseconds(1)) / 1000
      whole = try Data(contentsOf: folder.appending(path: "whole.run"))
    }

    private static func options(_ folder: URL) -> [String] {
      ["stats", folder.path + "/model.bin", Program.images, "--limit", "\(limit)", "--channels", "--threads", "2"]
    }

    var run: URL { folder.appending(path: "a.run") }

    /// A run that goes on with the file, and writes it as often as it can.
    var resuming: [String] { Self.options(folder) + ["--resume", run.path, "--every", "0.01s"] }

    /// What lies in the folder.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  /// Numbers from 0 to 1, the same on every machine.
  private struct Moments {
    private var state: UInt64 = 20_260_101

    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
  }

  @Test("Killed at any moments and resumed each time, the run is the one that nobody killed")
  func kills() throws {
    try withTemporaryFolder { folder in
      let place = try Place(folder)
      var (moments, kills, ends, partial) = (Moments(), 0, 0, 0)
      while kills < Self.kills {
        let process = try SpawnedProcess(Program.executable, place.resuming)
        let ending = process.wait(atMost: moments.next() * place.seconds * 1.2)
        if ending == nil {
          process.signal(SIGKILL)
          try #require(process.wait(atMost: 60) == .signal(SIGKILL))
          kills += 1
          if let kept = try? Data(contentsOf: place.run), kept != place.whole { partial += 1 }
          continue
        }
        #expect(ending == .status(0))
        #expect(try Data(contentsOf: place.run) == place.whole, "after \(kills) kills")
        // What a kill left is gone with the next file.
        #expect(try place.names() == ["a.run", "model.bin", "whole.run"])
        try FileManager.default.removeItem(at: place.run)
        ends += 1
      }
      #expect(partial > kills / 5, "\(partial) of \(kills) kills left a part of a run, \(ends) runs")
      let last = try SpawnedProcess(Program.executable, place.resuming)
      #expect(last.wait(atMost: 60) == .status(0))
      #expect(try Data(contentsOf: place.run) == place.whole)
    }
  }

  @Test("TERM, INT, HUP and USR1 save the run and end it with status 75; the second of a kind ends it at once")
  func signals() throws {
    try withTemporaryFolder { folder in
      let place = try Place(folder)
      for signal in [SIGTERM, SIGINT, SIGHUP, SIGUSR1] {
        let errors = folder.appending(path: "errors").path
        let process = try SpawnedProcess(Program.executable, place.resuming, errors: errors)
        // Once something is kept, signals are noted.
        while unsafe access(place.run.path, F_OK) != 0, !process.hasEnded { usleep(1000) }
        process.signal(signal)
        #expect(process.wait(atMost: 60) == .status(75), "signal \(signal)")
        let words = try String(contentsOfFile: errors, encoding: .utf8)
        #expect(
          words.hasSuffix("ended by signal \(signal); saved in \(place.run.path): --resume \(place.run.path) goes on\n")
        )
        let kept = try Data(contentsOf: place.run)
        #expect(kept != place.whole)
        let shown = try Program.run([place.run.path])
        #expect(shown.status == 0 && shown.output.contains(" of \(Self.limit) images"), "\(shown.errors)")
        // It goes on without --every, too, and exports.
        let rest = try Program.run(Array(place.resuming.dropLast(2)) + ["--output", folder.path + "/o"])
        #expect(rest.status == 0 && rest.errors.isEmpty, "\(rest.errors)")
        #expect(try Data(contentsOf: place.run) == place.whole)
        for path in [place.run.path, errors] { try FileManager.default.removeItem(atPath: path) }
      }
    }
  }

  @Test("A signal that comes while the images are still listed saves the run, too")
  func earlySignal() throws {
    try withTemporaryFolder { folder in
      let place = try Place(folder)
      let line = place.resuming.map { "'\($0)'" }.joined(separator: " ")
      let outcome = try Program.shell(
        """
        cd '\(folder.path)'; mkfifo pipe; "$DYVIZ" \(line) --list - < pipe 2> errors & program=$!; exec 3> pipe
        until grep -q 'the run begins' errors; do sleep 0.02; done
        kill -USR1 $program; (cd '\(Program.images)'; ls -d */*) >&3; exec 3>&-; wait $program
        """)
      let words = try String(contentsOfFile: folder.path + "/errors", encoding: .utf8)
      #expect(outcome.status == 75, "\(words)")
      #expect(try Program.run([place.run.path]).status == 0)
    }
  }

  @Test("What is told of the images is told once, also where a run goes on")
  func toldOnce() throws {
    try withTemporaryFolder { folder in
      try Data(TinyModel().bytes).write(to: folder.appending(path: "model.bin"))
      let outcome = try Program.shell(
        """
        cd '\(folder.path)'; mkdir some; cp "$IMAGES"/bag/00018.png some; touch some/x.bmp
        run() { "$DYVIZ" stats model.bin some --resume a.run; }
        run 2> first; run
        """)
      #expect(outcome.status == 0)
      #expect(outcome.errors.components(separatedBy: "not read: 1 .bmp").count == 2, "\(outcome.errors)")
    }
  }

  @Test("On a full disk the run goes on, the file stays as it was, and the run at the end is whole")
  func fullDisk() throws {
    try withTemporaryFolder { folder in
      let place = try Place(folder)
      let line = place.resuming.map { "'\($0)'" }.joined(separator: " ")
      // Files of more than so many KiB cannot be written; the signal that says so is ignored, as a full disk has none.
      func limited(_ kilobytes: Int) throws -> Outcome {
        try Program.shell("trap '' XFSZ; ulimit -f \(kilobytes); exec \"$DYVIZ\" \(line)")
      }
      let first = try limited(8)
      #expect(
        first.status == 1 && first.errors.contains("cannot write \(place.run.path): File too large"), "\(first.errors)")
      #expect(first.errors.contains("the run goes on, \(place.run.path) is as it was"), "\(first.errors)")
      #expect(try place.names() == ["model.bin", "whole.run"])
      let begun = try SpawnedProcess(Program.executable, place.resuming)
      while unsafe access(place.run.path, F_OK) != 0, !begun.hasEnded { usleep(1000) }
      begun.signal(SIGKILL)
      _ = begun.wait(atMost: 60)
      let kept = try Data(contentsOf: place.run)
      let second = try limited(8)
      #expect(second.status == 1, "\(second.errors)")
      #expect(try Data(contentsOf: place.run) == kept && place.names() == ["a.run", "model.bin", "whole.run"])
      let last = try Program.run(place.resuming)
      #expect(last.status == 0, "\(last.errors)")
      #expect(try Data(contentsOf: place.run) == place.whole)
    }
  }

  @Test("Another run is not gone on with: both values are told, and the file stays as it was")
  func refusals() throws {
    try withTemporaryFolder { folder in
      let place = try Place(folder)
      try place.whole.write(to: place.run)
      let base = ["stats", folder.path + "/model.bin", Program.images, "--resume", place.run.path]
      for (arguments, words) in [
        (["--limit", "12"], "its number of images is \(Self.limit), but here it is 12"),
        (["--limit", "\(Self.limit)", "--exact"], "its choice of elements is the usual one, but here it is --exact"),
        (["--limit", "\(Self.limit)", "--shard", "0/2"], "its number of shares is 1, but here it is 2"),
        (["--limit", "\(Self.limit)", "--instruction-set", "portable"], "but here it is portable"),
      ] {
        let outcome = try Program.run(base + arguments)
        #expect(outcome.status == 1 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      }
      let images = try Program.run(
        ["stats", folder.path + "/model.bin", Program.images + "/bag", "--resume", place.run.path])
      #expect(images.errors.contains("its list of images is one with the SHA-256 "), "\(images.errors)")
      #expect(try Data(contentsOf: place.run) == place.whole)
      // A run that is over is read and told, not counted again: the one over other options has nothing to do with it.
      let other = folder.appending(path: "b.run").path
      let over = try Program.run(base + ["--limit", "\(Self.limit)", "--save", other])
      #expect(over.status == 0 && over.output.contains("\(Self.limit) of \(Self.limit) images"), "\(over.errors)")
      #expect(try Data(contentsOf: URL(filePath: other)) == place.whole)
      for arguments in [
        ["stats", Program.model, Program.images, "--every", "30s", "--output", "o"],
        ["stats", Program.model, Program.images, "--save", "x", "--every", "soon"],
        ["stats", place.run.path, "--resume", place.run.path],
        ["stats", Program.model, Program.images, "--resume", ""],
      ] {
        #expect(try Program.run(arguments).status == 64, "\(arguments)")
      }
      let missing = try Program.run(base + ["--save", other, "--resume", folder.path + "/none.run"])
      #expect(missing.status == 1 && missing.errors.contains("none.run: cannot be opened"), "\(missing.errors)")
    }
  }
}
