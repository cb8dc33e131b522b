import Foundation
import Testing

/// Streams that cannot be written, threads that are not given, signals and kills: what is there afterwards.
@Suite struct HardEndTests {
  /// A folder `images` with one whole and one broken image, beside which outputs may be written.
  private func withImages(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let bag = folder.appending(path: "images/bag")
      try FileManager.default.createDirectory(at: bag, withIntermediateDirectories: true)
      let sample = try Data(contentsOf: URL(filePath: Program.images).appending(path: "bag/00018.png"))
      try sample.write(to: bag.appending(path: "whole.png"))
      try sample.prefix(60).write(to: bag.appending(path: "broken.png"))
      try body(folder.path)
    }
  }

  @Test(
    "Where standard error cannot be written the files are, and nothing of it gets into them",
    arguments: ["2>/dev/full", "2>&-"])
  func noStandardError(redirection: String) throws {
    try withImages { folder in
      let outcome = try Program.shell(
        """
        cd '\(folder)'; "$DYVIZ" stats "$MODEL" images --variant relu --output o \(redirection)
        echo $?; ls o/relu | wc -l; grep -l skipped o/relu/*
        """
      )
      #expect(outcome.output.hasSuffix("\n0\n5\no/relu/summary.json\n"), "\(outcome.output)")
    }
  }

  @Test(
    "Where standard output cannot be written the status is 1",
    arguments: [
      "info \"$MODEL\" >/dev/full", "--help >/dev/full", "--version >/dev/full", "info --paper >/dev/full",
      "info \"$MODEL\" >&-",
      "stats \"$MODEL\" \"$IMAGES\" --limit 1 --variant relu --output \"$OUT\" >/dev/full",
      "\"$MODEL\" \"$IMAGES\" --limit 1 >/dev/full",
      "bench \"$MODEL\" --seconds 0.01 --brief >/dev/full",
    ])
  func noStandardOutput(line: String) throws {
    try withTemporaryFolder { folder in
      let outcome = try Program.shell("OUT='\(folder.path)'; \"$DYVIZ\" \(line)")
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("cannot write standard output: "), "\(outcome.errors)")
    }
  }

  @Test("A pipe that nobody reads ends the program quietly, even where its signal is ignored")
  func closedPipe() throws {
    let outcome = try Program.shell(
      #"trap "" PIPE; (sleep 0.2; "$DYVIZ" info "$MODEL"; echo $? >&2) | true"#)
    #expect(outcome.errors == "141\n")
  }

  @Test("A run goes on with the threads that it gets and says so, or ends with 1; it does not wait for the others")
  func fewThreads() throws {
    // A limit on a user's threads does not bind root, so root runs this as a user whom nobody is.
    let user = getuid() == 0 ? "setpriv --reuid=54327 --regid=54327 --clear-groups " : ""
    for command in ["\"$MODEL\" \"$IMAGES\" --limit 20 --variant relu", "bench \"$MODEL\" --seconds 0.05"] {
      let outcome = try Program.shell("timeout 60 \(user)prlimit --nproc=2 \"$DYVIZ\" \(command) --threads 4")
      #expect([0, 1].contains(outcome.status), "\(outcome.errors)")
      #expect(
        outcome.errors.contains(" threads run; the next cannot be started: Resource temporarily unavailable")
          || outcome.errors.contains("no thread can be started: "), "\(outcome.errors)")
    }
  }

  @Test("Memory that is not given ends the program with a sentence or is done without")
  func littleMemory() throws {
    // Close together: what fails first depends on where exactly the limit lies.
    for megabytes in stride(from: 600, through: 1200, by: 25) {
      let outcome = try Program.shell(
        "SWIFT_BACKTRACE=enable=no timeout 60 prlimit --as=\(megabytes)000000"
          + #" "$DYVIZ" "$MODEL" "$IMAGES" --limit 40 --variant relu --threads 16"#)
      #expect([0, 1].contains(outcome.status), "\(megabytes) MB: \(outcome.errors)")
      #expect(outcome.status == 0 || outcome.errors.contains("Error: "), "\(megabytes) MB: \(outcome.errors)")
    }
  }

  @Test("Signals leave nothing half written")
  func endedExports() throws {
    for signal in ["TERM", "INT"] {
      try withImages { folder in
        // The first run's files are there; others of it and of what is ended later must never stand side by side.
        let line = """
          cd '\(folder)'; run() { exec "$DYVIZ" stats "$MODEL" images --variant dyrelu-b --output o "$@" >/dev/null 2>&1; }
          (run); (run --limit 1); ls -A o o/dyrelu-b > before; echo notes > o/dyrelu-b/notes
          for delay in 02 04 05 06 07 08 09 10 12 14 17 20; do
            (run) & sleep 0.$delay; kill -\(signal) $! 2>/dev/null; wait $!
            head -1 -q o/dyrelu-b/*.csv > /dev/null || exit 3
            [ "$(ls o/dyrelu-b | wc -l)" = 6 ] || exit 4
            [ -z "$(ls -A o o/dyrelu-b | grep '^[.]')" ] || exit 5
          done
          (run); rm o/dyrelu-b/notes; ls -A o o/dyrelu-b | diff before - || exit 6
          """
        let outcome = try Program.shell(line)
        #expect(outcome.status == 0, "\(signal): \(outcome.status) \(outcome.output) \(outcome.errors)")
      }
    }
  }

  @Test("Of two programs that export into one folder, each time one has it whole")
  func twoPrograms() throws {
    try withTemporaryFolder { folder in
      let line = """
        cd '\(folder.path)'
        run() { "$DYVIZ" stats "$MODEL" "$IMAGES" --variant relu --limit $1 --output $2 >/dev/null || exit 7; }
        run 3 three; run 5 five
        for turn in 1 2 3 4 5 6 7 8; do
          run 3 both & first=$!; run 5 both & second=$!
          wait $first || exit 8; wait $second || exit 8
          diff -rq both three >/dev/null || diff -rq both five >/dev/null || exit 9
        done
        ls -A both
        """
      let outcome = try Program.shell(line)
      #expect(outcome.status == 0 && outcome.output == "relu\n", "\(outcome)")
    }
  }

  @Test("An output that is named by nothing has status 64, one that cannot be written is found before the run")
  func outputs() throws {
    for arguments in [
      ["stats", Program.model, Program.images], ["ablate", Program.model, Program.images],
      [Program.model, Program.images],
      ["find", Program.model, Program.images, "--site", "5.A2", "--x", "0:1"],
      ["functions", Program.model, Program.images, "--image", "bag/00018.png"],
      ["taps", Program.model, "--input", "/nowhere"], ["keypoints", Program.model, Program.images, "--no-flip"],
    ] {
      let outcome = try Program.run(arguments + ["--output", ""])
      #expect(
        outcome.status == 64 && outcome.errors.contains("--output must name a "), "\(arguments[0]): \(outcome.errors)")
      let late = try Program.run(arguments + ["--output", "/proc/no/such.csv"])
      #expect(late.status == 1 && late.errors.contains("/proc/no"), "\(arguments[0]): \(late.errors)")
      #expect(late.output.isEmpty && !late.errors.contains("skipped"), "\(arguments[0]): \(late.errors)")
    }
  }
}
