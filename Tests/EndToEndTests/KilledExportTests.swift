import Foundation
import Processes
import Testing
import TinyModels

/// Kills in the middle of an export: what is there afterwards is one run's, whole.
@Suite struct KilledExportTests {
  private static let variant = "tiny"
  private static let kills = 100

  /// A small model in the folder of the images, which takes no time to load.
  private static func arguments(_ images: String, limit: Int, output: String) -> [String] {
    ["stats", images + ".bin", images, "--threads", "1", "--limit", "\(limit)", "--output", output]
  }

  /// Two images, what runs of one and of both export, and a folder with such an export and files of others.
  private struct Place {
    let images: String
    let output: String
    let runs: [[String: Data]]
    var folder: String { output + "/" + variant }
    static let others = ["notes", "plots/a.png", "plots/deep/b.png"]

    init(_ folder: URL) throws {
      images = folder.path + "/images"
      output = folder.path + "/o"
      let bag = folder.appending(path: "images/bag")
      try FileManager.default.createDirectory(at: bag, withIntermediateDirectories: true)
      for name in ["00018.png", "00030.png"] {
        let sample = URL(filePath: Program.images).appending(path: "bag/\(name)")
        try FileManager.default.copyItem(at: sample, to: bag.appending(path: name))
      }
      try Data(TinyModel().bytes).write(to: URL(filePath: images + ".bin"))
      let images = images
      runs = try [1, 2].map { limit in
        let output = folder.path + "/run-\(limit)"
        try #require(try Program.run(arguments(images, limit: limit, output: output)).status == 0)
        return try Self.files(output + "/" + variant)
      }
      try #require(runs[0].count == 5 && runs[0] != runs[1] && runs[0].keys == runs[1].keys)
      try FileManager.default.copyItem(atPath: folder.path + "/run-1", toPath: output)
      for name in Self.others {
        let file = URL(filePath: self.folder).appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(name.utf8).write(to: file)
      }
    }

    static func files(_ folder: String) throws -> [String: Data] {
      var files: [String: Data] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let path = folder + "/" + name
        var isFolder: ObjCBool = false
        _ = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if !isFolder.boolValue { files[name] = try Data(contentsOf: URL(filePath: path)) }
      }
      return files
    }

    /// The files of others, by their numbers: the same ones all the time.
    func others() throws -> [Int?] {
      try Self.others.map { name in
        guard try Data(contentsOf: URL(filePath: folder + "/" + name)) == Data(name.utf8) else { return nil }
        return try FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.systemFileNumber] as? Int
      }
    }

    /// Which run's files are there, whole; nil for any other state.
    func run() throws -> Int? {
      var files = try Self.files(folder)
      files["notes"] = nil
      return runs.firstIndex(of: files)
    }

    /// What lies beside the variant's folder.
    func leftovers() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: output).filter { $0 != variant }
    }
  }

  @Test("After a kill at any of 100 moments the folder has one run's files, and those of others as they were")
  func kills() throws {
    try withTemporaryFolder { folder in
      let place = try Place(folder)
      let others = try place.others()
      // How long an export takes, from its temporary folder on.
      var window = try (0..<3).map { _ in try export(place, limit: 1, delay: nil).seconds }.max() ?? 0
      var inside = 0
      for moment in 0..<Self.kills {
        // Spread evenly, in no order; some come before the export begins.
        let part = Double(moment * 37 % Self.kills) / Double(Self.kills) * 1.2 - 0.1
        let outcome = try export(place, limit: 1 + moment % 2, delay: part * window)
        let run = try place.run()
        #expect(run != nil, "moment \(moment), \(part) of \(window) s")
        #expect(try place.others() == others, "moment \(moment)")
        if outcome.ending == .status(0) { #expect(run == moment % 2) }
        // Other work comes and goes on the machine: the moments follow how long an export takes now.
        if outcome.ending == .status(0), part >= 0 { window = outcome.seconds } else if part > 1 { window *= 1.5 }
        let left = try place.leftovers()
        #expect(left.count <= 1, "moment \(moment): \(left)")
        if !left.isEmpty { inside += 1 }
      }
      #expect(inside > Self.kills / 3, "\(inside) kills left something")
      try #require(try export(place, limit: 2, delay: nil).ending == .status(0))
      #expect(try place.run() == 1 && place.others() == others && place.leftovers().isEmpty)
    }
  }

  /// Runs an export, to its end or up to a kill so many seconds after its temporary folder is there (before, for less
  /// than 0); how it ended and the seconds from that folder on.
  private func export(
    _ place: Place, limit: Int, delay: Double?
  ) throws -> (ending: ProcessEnding?, seconds: Double) {
    let process = try SpawnedProcess(
      Program.executable, Self.arguments(place.images, limit: limit, output: place.output))
    let temporary = place.output + "/.dyviz-export-\(Self.variant)-\(process.id)"
    if let delay, delay < 0 {
      usleep(useconds_t(-delay * 1e6))
    } else {
      while unsafe access(temporary, F_OK) != 0, !process.hasEnded { usleep(20) }
    }
    let start = ContinuousClock().now
    if let delay, delay >= 0 { _ = process.wait(atMost: delay) }
    if delay != nil { process.signal(SIGKILL) }
    let ending = process.wait(atMost: 60)
    let taken = (ContinuousClock().now - start).components
    return (ending, Double(taken.seconds) + Double(taken.attoseconds) * 1e-18)
  }
}
