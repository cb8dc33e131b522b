import Export
import Figures
import Foundation
import Statistics
import Testing

/// A folder with a small run's files, gone afterwards.
private func withExport(
  _ images: Range<Int> = 0..<9, exact: Bool = false, _ body: (_ folder: URL, _ run: SettledRun) throws -> Void
) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "dyviz-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: folder) }
  let run = sampleRun(sampleStatistics(images, exact: exact), images: images)
  try VariantExport.write(run, below: folder.path)
  try body(folder.appending(path: "dyrelu-b"), run)
}

private func problem(_ folder: URL) -> String? {
  do {
    _ = try ExportedRun.read(folder.path)
    return nil
  } catch {
    return "\(error)"
  }
}

@Test("A run that was written and read back is no different", arguments: [false, true])
func exportReadsBack(exact: Bool) throws {
  try withExport(exact: exact) { folder, run in
    let read = try ExportedRun.read(folder.path)
    let same = RunDifferences(RunSide(run), read)
    #expect(same.isWithin(0) && same.conditions.isEmpty && same.withoutDensities.isEmpty)
    #expect(same.second == folder.path && same.sites.count == 8 && same.withoutPartner.isEmpty)
    for (site, figure) in zip(read.sites, run.figure.sites) {
      let density = run.density(of: figure.site.id)
      #expect(site.node == figure.site.node && site.density == (density?.total == 0 ? nil : density))
    }
    // And from another run as different as that one itself is.
    let other = sampleRun(sampleStatistics(3..<17), images: 3..<17)
    let (found, expected) = (RunDifferences(RunSide(other), read), RunDifferences(RunSide(other), RunSide(run)))
    #expect(CSV(found.table).bytes == CSV(expected.table).bytes && !found.isWithin(0))
  }
}

@Test("A run without images reads back too")
func emptyExportReadsBack() throws {
  try withExport(0..<0) { folder, run in
    let read = try ExportedRun.read(folder.path)
    #expect(RunDifferences(RunSide(run), read).isWithin(0) && read.sites.allSatisfy { $0.density == nil })
  }
}

@Test("Without scatter.csv densities are not known, and that is said")
func withoutScatter() throws {
  try withExport { folder, run in
    try FileManager.default.removeItem(at: folder.appending(path: "scatter.csv"))
    let found = RunDifferences(RunSide(run), try ExportedRun.read(folder.path))
    #expect(found.isWithin(0) && found.withoutDensities == [folder.path])
    #expect(found.sites.allSatisfy { $0.values.last?.name == "density" && $0.values.last?.distance == nil })
    #expect(DifferencesText.warnings(found) == ["\(folder.path) has no scatter.csv: densities are not compared"])
  }
}

@Test("What is no exported run is named with what was expected")
func noExport() throws {
  try withExport { folder, _ in
    let parent = folder.deletingLastPathComponent()
    let missing = parent.appending(path: "missing")
    #expect(problem(missing) == "\(missing.path): expected a folder that dyviz stats wrote, but there is none")
    let file = folder.appending(path: "sites.csv")
    #expect(problem(file) == "\(file.path): expected a folder that dyviz stats wrote, but it is a file")
    #expect(
      problem(parent) == "\(parent.path)/summary.json: expected a summary that dyviz stats wrote, but there is none; "
        + "its folders have one: dyrelu-b")
    try FileManager.default.removeItem(at: file)
    #expect(
      problem(folder)?.hasPrefix("\(file.path): expected a file that dyviz stats wrote, but it cannot be") == true)
    try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
    #expect(problem(folder) == "\(file.path): expected a file that dyviz stats wrote, but it is a folder")
  }
}

@Test("Files that were changed, cut off or mixed are refused with their name and line")
func damagedExport() throws {
  try withExport { folder, _ in
    func expect(
      _ name: String, _ change: (String) -> String, _ words: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let url = folder.appending(path: name)
      let text = try String(contentsOf: url, encoding: .utf8)
      #expect(change(text) != text, sourceLocation: sourceLocation)
      try Data(change(text).utf8).write(to: url)
      let found = problem(folder) ?? "nothing"
      #expect(
        found.hasPrefix("\(url.path): ") && found.contains(words), "\(found)", sourceLocation: sourceLocation)
      try Data(text.utf8).write(to: url)
    }
    func withoutLastLine(_ text: String) -> String {
      text.split(separator: "\n").dropLast().map { $0 + "\n" }.joined()
    }
    for name in ["sites.csv", "scatter.csv"] {
      try expect(name, { String($0.dropLast(1)) }, "the file ends within")
      try expect(name, { String($0.prefix($0.count / 2)) }, "line ")
      try expect(name, { _ in "" }, "expected a header")
      try expect(name, { $0.replacing("block,", with: "bloc,") }, "column")
    }
    try expect("sites.csv", withoutLastLine, "summary.json has 8 sites, but here are 7")
    try expect("sites.csv", { $0.replacing(",blocks.1.act1,", with: ",other,") }, "out of place")
    try expect("sites.csv", { $0.replacing("\n1,A2,", with: "\nx,A2,") }, "expected a block's number")
    // What was in a file becomes part of the message without steering a terminal.
    try expect("sites.csv", { $0.replacing("\n1,A2,", with: "\n\u{1B}[2J,A2,") }, #"\u{1b}[2J"#)
    try expect("scatter.csv", { $0.replacing(",blocks.1.act1,", with: ",a\u{7F}b,") }, #"no site a\u{7f}b"#)
    try expect("scatter.csv", withoutLastLine, "pairs of layer1.1.act1, but here are")
    try expect("scatter.csv", { $0.replacing(",blocks.1.act1,", with: ",other,") }, "no site other")
    try expect("scatter.csv", { $0 + ($0.split(separator: "\n").last ?? "") + "\n" }, "a bin that comes once")
    try expect("scatter.csv", { $0.replacing("layer1.1.act1,-", with: "layer1.1.act1,-9") }, "edges")
    try expect(
      "summary.json", { $0.replacing("\"format\": 2", with: "\"format\": 1") }, "format 2, but it is of format 1")
    try expect("summary.json", { $0.replacing("\"elements\"", with: "\"element\"") }, "sites.0.elements is missing")
    try expect("summary.json", { $0.replacing("\"exact\": false", with: "\"exact\": 0") }, "exact is of another type")
    try expect("summary.json", { $0.replacing("\"labelled\": 7", with: "\"labelled\": null") }, "labelled is null")
    try expect("summary.json", { String($0.dropLast(9)) }, "cannot be read")
    try expect("summary.json", { _ in "[]" }, "expected a summary")
    #expect(problem(folder) == nil)
  }
}

@Test("The text lists the largest differences first, lone sites, and what is beyond the tolerance")
func differencesText() throws {
  let (one, other) = (
    sampleRun(sampleStatistics(0..<9), images: 0..<9), sampleRun(sampleStatistics(4..<20), images: 4..<20)
  )
  var second = RunSide(other, name: "second")
  second.sites.removeAll { $0.place.site == "stem" }
  let found = RunDifferences(RunSide(one, name: "first"), second)
  let lines = DifferencesText.text(found, tolerance: 0.125).split(separator: "\n", omittingEmptySubsequences: false)
  #expect(lines.prefix(3) == ["A  first", "B  second", ""] && lines[3].hasPrefix("block  site"))
  let differences = lines[4..<24].compactMap { line in Double(line.split(separator: " ").last ?? "") }
  #expect(differences.count > 10 && differences.map(\.magnitude) == differences.map(\.magnitude).sorted(by: >))
  #expect(lines[24].hasPrefix("and ") && lines.contains("only in A: block 0 · stem, blocks.0.act0"))
  #expect(lines.contains { $0.hasPrefix("7 sites in both, 1 in one alone · top-1 ") })
  let beyond = found.values(beyond: 0.125).count { $0.site?.isMatched ?? true }
  #expect(lines.suffix(2) == ["tolerance 0.125: beyond it are \(beyond) numbers, and 1 site has no partner", ""])
  #expect(
    DifferencesText.warnings(found) == [
      "A and B are of different images or options: images 9 in A and 16 in B, labelled 7 in A and 12 in B"
    ])
  let same = RunDifferences(RunSide(one), RunSide(one))
  #expect(DifferencesText.warnings(same).isEmpty)
  #expect(
    DifferencesText.text(same, tolerance: 0).hasSuffix("numbers differs\ntolerance 0.0: everything is within it\n"))
}
