import Foundation
import Testing

/// The same images from every kind of source give the same files, byte for byte.
struct SourceTests {
  /// Four images of each class of the sample as `images`, and the same packed in other orders, in `folder`.
  private static func prepare(_ folder: URL) throws {
    let made = try Program.shell(
      """
      set -e; cd '\(folder.path)'; mkdir images
      for class in $(ls "$IMAGES" | grep -v README); do
        mkdir images/$class; cp $(ls -d "$IMAGES"/$class/* | head -4) images/$class
      done
      printf 'no image' > images/broken.png; mkdir images/misc; cp images/bag/* images/misc
      cd images; find * -type f | LC_ALL=C sort > ../sorted; shuf --random-source=../sorted ../sorted > ../mixed
      tar cf ../images.tar -T ../mixed; tar czf ../images.tar.gz -C . .; xz -k ../images.tar; zstd -q ../images.tar
      python3 -m zipfile -c ../images.zip *
      cp ../sorted ../list
      head -25 ../sorted | tar cf ../part-00.tar -T -; tail -n +26 ../sorted | shuf --random-source=../sorted | tar cf ../part-01.tar -T -
      """)
    try #require(made.status == 0, "\(made.errors)")
  }

  private static func stats(_ folder: URL, _ arguments: String, output: String) throws -> Outcome {
    try Program.shell(
      """
      cd '\(folder.path)' && $DYVIZ stats $MODEL \(arguments.replacing("ARGS", with: "--variant dyrelu-b --output \(output) --save \(output).dyviz"))
      """)
  }

  @Test(
    "Folder, archives, list, shards and standard input give the same exports and saved runs, with one thread and two")
  func sameBytes() throws {
    try withTemporaryFolder { folder in
      try Self.prepare(folder)
      let first = try Self.stats(folder, "images ARGS --threads 2", output: "expected")
      try #require(first.status == 0, "\(first.errors)")
      #expect(first.output.contains("top-1") && first.errors.contains("broken.png"))
      let sources = [
        "folder": "images ARGS", "tar": "images.tar ARGS", "gz": "images.tar.gz ARGS", "xz": "images.tar.xz ARGS",
        "zst": "images.tar.zst ARGS", "zip": "images.zip ARGS", "list": "images ARGS --list list",
        "lines": "images ARGS --list - < list", "shards": "'part-{00..01}.tar' ARGS",
        "two": "part-00.tar part-01.tar ARGS", "stream": "- ARGS < images.tar", "pipe": "- ARGS < <(cat images.tar)",
        "packed": "- ARGS < <(cat images.tar.zst)", "zipped": "- ARGS < <(cat images.zip)",
        "joined": "- ARGS < <(cat part-01.tar part-00.tar)",
      ]
      for (name, arguments) in sources.sorted(by: { $0.key < $1.key }) {
        for threads in 1...2 {
          let output = "\(name)-\(threads)"
          let outcome = try Self.stats(folder, "\(arguments) --threads \(threads)", output: output)
          try #require(outcome.status == 0, "\(output): \(outcome.errors)")
          let compared = try Program.shell(
            "cd '\(folder.path)' && diff -r expected \(output) && cmp expected.dyviz \(output).dyviz")
          #expect(compared.status == 0, "\(output): \(compared.output.prefix(600)) \(compared.errors)")
        }
      }
    }
  }

  @Test("Runs over archives that came apart are joined to the run over both, byte for byte, and no run twice")
  func joinedRuns() throws {
    try withTemporaryFolder { folder in
      try Self.prepare(folder)
      for (arguments, output) in [
        ("part-00.tar part-01.tar ARGS", "expected"), ("- ARGS < part-00.tar", "a"), ("- ARGS < part-01.tar", "b"),
      ] {
        let outcome = try Self.stats(folder, arguments, output: output)
        try #require(outcome.status == 0, "\(outcome.errors)")
      }
      let joined = try Program.shell(
        """
        cd '\(folder.path)' && $DYVIZ merge --join a.dyviz b.dyviz --save joined.dyviz --output joined > printed &&
        cmp expected.dyviz joined.dyviz && diff -r expected joined
        """)
      #expect(joined.status == 0 && joined.output.isEmpty, "\(joined.output.prefix(600)) \(joined.errors)")
      let twice = try Program.shell("cd '\(folder.path)' && $DYVIZ merge --join a.dyviz b.dyviz a.dyviz --save c.dyviz")
      #expect(twice.status == 1 && twice.errors.contains("a.dyviz is of images with the names of those of a.dyviz"))
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "c.dyviz").path))
    }
  }

  @Test("A table of classes gives a flat folder and its archive the accuracy of the folders that are named")
  func groundTruth() throws {
    try withTemporaryFolder { folder in
      let made = try Program.shell(
        """
        set -e; cd '\(folder.path)'; mkdir images flat
        for class in bag coat dress; do
          [ -d "$IMAGES"/$class ] || continue
          mkdir images/$class
          for file in $(ls "$IMAGES"/$class | head -5); do
            cp "$IMAGES"/$class/$file images/$class; cp "$IMAGES"/$class/$file flat/$class-$file
            printf '%s-%s %s\\n' $class ${file%.*} $class >> truth.txt
          done
        done
        printf 'elsewhere bag\\n' >> truth.txt; tar cf flat.tar -C flat .
        """)
      try #require(made.status == 0, "\(made.errors)")
      let named = try Self.stats(folder, "images ARGS", output: "named")
      let flat = try Self.stats(folder, "flat ARGS --ground-truth truth.txt", output: "flat-out")
      let packed = try Self.stats(folder, "flat.tar ARGS --ground-truth truth.txt", output: "packed")
      for outcome in [named, flat, packed] { try #require(outcome.status == 0, "\(outcome.errors)") }
      func accuracies(_ outcome: Outcome) -> [Substring] {
        outcome.output.split(separator: "\n")[0].split(separator: " · ").filter { $0.hasPrefix("top-") }
      }
      #expect(accuracies(named) == accuracies(flat) && accuracies(named).count == 2)
      #expect(flat.output.split(separator: "\n").dropFirst() == packed.output.split(separator: "\n").dropFirst())
      #expect(flat.output.contains("classes of the table: ") && flat.output.contains("; 1 line without an image"))
      #expect(try Program.shell("cd '\(folder.path)' && cmp flat-out.dyviz packed.dyviz").status == 0)
    }
  }

  @Test("Standard input is read once: what needs its images again says so before it begins")
  func once() throws {
    try withTemporaryFolder { folder in
      let made = try Program.shell("cd '\(folder.path)' && tar cf x.tar -C \"$IMAGES\" bag && mkdir more")
      try #require(made.status == 0)
      for (arguments, words) in [
        ("stats $MODEL - --output out", "4 variants"),
        ("stats $MODEL - --output out --variant relu --channels", "--channels"),
        ("report $MODEL - --output r.html", "once"), ("find $MODEL - --site 5.A2 --y 3: --output f.csv", "once"),
        ("ablate $MODEL - --output out", "once"),
        ("stats $MODEL more - --output out --variant relu", "nothing goes beside it"),
        ("stats $MODEL x.tar --list x.tar --output out", "one folder"),
      ] {
        let outcome = try Program.shell("cd '\(folder.path)' && $DYVIZ \(arguments) < x.tar")
        #expect(outcome.status == 1 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      }
      for option in ["--every 10", "--resume a.run"] {
        let outcome = try Program.shell("cd '\(folder.path)' && $DYVIZ stats $MODEL - --save a.run \(option) < x.tar")
        #expect(outcome.status == 64 && outcome.errors.contains("--every and --resume"), "\(option): \(outcome.errors)")
      }
      let empty = try Program.shell("$DYVIZ stats $MODEL - --output '\(folder.path)/out' --variant relu < /dev/null")
      #expect(empty.status == 1 && empty.errors.contains("standard input: "), "\(empty.errors)")
      let shown = try Program.shell("cd '\(folder.path)' && $DYVIZ $MODEL - --variant relu < <(cat x.tar)")
      #expect(shown.status == 0 && shown.output.contains("100 images"), "\(shown.errors) \(shown.output)")
    }
  }

  @Test("find, functions, keypoints and ablate read archives as they read folders")
  func otherCommands() throws {
    try withTemporaryFolder { folder in
      try Self.prepare(folder)
      for source in ["images", "images.tar", "images.tar.gz"] {
        let outcome = try Program.shell(
          """
          cd '\(folder.path)' && $DYVIZ find $MODEL \(source) --site 5.A2 --y 1: --output \(source).find.csv \
          && $DYVIZ functions $MODEL \(source) --image "$(sed -n 3p list)" --output \(source).functions.csv \
          && $DYVIZ ablate $MODEL \(source) --variant dyrelu-b --change static --sites all --output \(source).ablate
          """)
        try #require(outcome.status == 0, "\(source): \(outcome.errors)")
        let compared = try Program.shell(
          """
          cd '\(folder.path)' && for what in find.csv functions.csv ablate; do diff -r images.$what \(source).$what || exit 1; done
          """)
        #expect(compared.status == 0, "\(source): \(compared.output.prefix(500))")
      }
    }
  }
}
