import Foundation
import Testing
import TinyModels

/// The scripts of `docs/clusters`, run as their engines run them: what they leave is the file of one run.
@Suite struct ClusterTests {
  private static let scripts = Program.root.appending(path: "docs/clusters").path

  /// A folder with `images`, `model.bin`, `whole.run`, a run over all of them, and `bin` on the path: the program, and
  /// what the engines have there.
  ///
  /// The model is a small one, or the sample's, which takes so long that it can be warned meanwhile.
  private func withCluster(
    _ programs: [String: String] = [:], isSlow: Bool = false, _ body: (_ folder: String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let files = FileManager.default
      for name in ["images", "bin"] {
        try files.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
      }
      for name in ["bag", "coat", "dress"] {
        let place = folder.appending(path: "images/\(name)")
        try files.createDirectory(at: place, withIntermediateDirectories: true)
        let source = Program.images + "/\(name)/"
        for file in try files.contentsOfDirectory(atPath: source).sorted().prefix(20) {
          try files.copyItem(atPath: source + file, toPath: place.path + "/" + file)
        }
      }
      if isSlow {
        try files.createSymbolicLink(atPath: folder.path + "/model.bin", withDestinationPath: Program.model)
      } else {
        try Data(TinyModel().bytes).write(to: folder.appending(path: "model.bin"))
      }
      try files.createSymbolicLink(atPath: folder.path + "/bin/dyviz", withDestinationPath: Program.executable)
      for (name, text) in programs {
        let url = folder.appending(path: "bin/\(name)")
        try Data(text.utf8).write(to: url)
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path)
      }
      let whole = try Program.shell(
        "cd '\(folder.path)' && bin/dyviz stats model.bin images --save whole.run --instruction-set portable")
      try #require(whole.status == 0, "\(whole.errors)")
      try body(folder.path)
    }
  }

  /// Runs lines in the folder, with its `bin` first on the path.
  private func shell(_ folder: String, _ lines: String) throws -> Outcome {
    try Program.shell("cd '\(folder)' && export PATH=\"$PWD/bin:$PATH\" SCRIPTS='\(Self.scripts)'\n\(lines)")
  }

  @Test("Slurm: tasks of an array, one of them warned by USR1, requeued and run again, then the merge")
  func slurm() throws {
    // As srun, its own process becomes the step's; as scontrol, it only takes note.
    let programs = [
      "srun": "#!/bin/sh\necho $$ > srun.pid\nexec \"$@\"\n", "scontrol": "#!/bin/sh\necho \"$@\" >> requeued\n",
    ]
    try withCluster(programs, isSlow: true) { folder in
      let outcome = try shell(
        folder,
        """
        export MODEL=model.bin IMAGES=images PARTS=parts SHARES=3 RUN=all.run INSTRUCTION_SET=portable
        export SLURM_CPUS_PER_TASK=1 SLURM_ARRAY_JOB_ID=77
        task() { SLURM_ARRAY_TASK_ID=$1 "$SCRIPTS/slurm-part.sh" > "$1.log" 2>&1; }
        task 0 || exit 2
        (EVERY=0.01s task 1) & job=$!
        until [ -s parts/1.part ]; do sleep 0.01; done
        kill -USR1 "$(cat srun.pid)"; wait $job || exit 3
        grep -q 'ended by signal 10; saved in parts/1.part' 1.log || exit 4
        [ "$(cat requeued)" = 'requeue 77_1' ] || exit 5
        dyviz merge parts/*.part --save none.run 2>&1 | grep -q 'parts/1.part .* not over' || exit 6
        task 1 || exit 7
        task 2 || exit 8
        "$SCRIPTS/slurm-merge.sh" || exit 9
        cmp all.run whole.run
        """)
      #expect(outcome.status == 0, "\(outcome)")
    }
  }

  @Test("A task that fails is not requeued, and has its status")
  func slurmFailure() throws {
    let programs = ["srun": "#!/bin/sh\nexec \"$@\"\n", "scontrol": "#!/bin/sh\necho \"$@\" >> requeued\n"]
    try withCluster(programs) { folder in
      let outcome = try shell(
        folder,
        """
        export MODEL=model.bin IMAGES=nowhere PARTS=parts SHARES=3 SLURM_CPUS_PER_TASK=1 SLURM_ARRAY_JOB_ID=77
        SLURM_ARRAY_TASK_ID=0 "$SCRIPTS/slurm-part.sh"; echo $?; ls requeued
        """)
      #expect(outcome.output == "1\n" && outcome.errors.contains("nowhere"), "\(outcome)")
    }
  }

  @Test("GNU parallel, or what runs the same lines in turn: parts, then their merge; called again it is quick")
  func parallel() throws {
    let hasParallel = try Program.shell("parallel --version 2>/dev/null | grep -q GNU").status == 0
    let standIn = "#!/bin/bash\nshift 4\nwhile read -r line; do sh -c \"${*//\\{\\}/$line}\" || exit 1; done\n"
    try withCluster(hasParallel ? [:] : ["parallel": standIn]) { folder in
      for turn in 1...2 {
        let outcome = try shell(
          folder,
          """
          export DYVIZ_INSTRUCTION_SET=portable
          "$SCRIPTS/parallel.sh" model.bin images all.run 4 2 && cmp all.run whole.run && ls all.run.parts | wc -l
          """)
        #expect(outcome.status == 0 && outcome.output.hasSuffix("8\n"), "turn \(turn): \(outcome)")
      }
    }
  }

  @Test("Kubernetes: the command of each index of the job, then the merge that it names")
  func kubernetes() throws {
    let text = try String(contentsOfFile: Self.scripts + "/kubernetes-job.yaml", encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasSuffix("- |") })
    let indentation = lines[start + 1].prefix { $0 == " " }.count
    let command = lines[(start + 1)...].prefix { $0.prefix { $0 == " " }.count >= indentation }
      .map { $0.dropFirst(indentation) }.joined(separator: "\n")
    #expect(command.contains("JOB_COMPLETION_INDEX"))
    try withCluster { folder in
      // The mounts of the container.
      let script = command.replacing("/work", with: folder + "/work").replacing(" /images", with: " \(folder)/images")
        .replacing("avx2", with: "portable")
      try Data(script.utf8).write(to: URL(filePath: folder + "/command"))
      let outcome = try shell(
        folder,
        """
        mkdir work && cp model.bin work/model.bin
        for index in 2 0 1; do JOB_COMPLETION_INDEX=$index SHARES=3 /bin/sh command || exit 2; done
        dyviz merge work/parts/*.part --save work/run.dyviz && cmp work/run.dyviz whole.run
        """)
      #expect(outcome.status == 0, "\(outcome)")
    }
  }
}
