import Export
import Figures
import Foundation
import Networks
import Statistics
import Testing

private let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("Golden/exports")

@Test("The files of a small run are those in Tests/Golden/exports (DYVIZ_UPDATE_GOLDEN=1 writes them anew)")
func filesEqualGolden() throws {
  let files = VariantExport.files(sampleRun(sampleStatistics(0..<3), images: 0..<3))
  #expect(
    files.map(\.name) == ["scatter.csv", "slope_difference.csv", "coefficients.csv", "sites.csv", "summary.json"])
  for file in files {
    let url = golden.appendingPathComponent(file.name)
    let bytes = Data(try file.bytes())
    if ProcessInfo.processInfo.environment["DYVIZ_UPDATE_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(at: golden, withIntermediateDirectories: true)
      try bytes.write(to: url)
    }
    #expect(try Data(contentsOf: url) == bytes, "\(file.name)")
  }
}

@Test("The files are the same, byte for byte, for any number of workers, order and split", arguments: [false, true])
func filesDoNotDependOnWorkers(exact: Bool) throws {
  let expected = try VariantExport.files(
    sampleRun(sampleStatistics(0..<40, exact: exact), images: 0..<40)
  ).map { try $0.bytes() }
  let splits: [[[Int]]] = [
    [Array((0..<40).reversed())], [Array(0..<7), Array(7..<40)],
    (0..<5).map { worker in Array(stride(from: 39 - worker, through: 0, by: -5)) },
  ]
  for split in splits {
    let whole = sampleStatistics([], exact: exact)
    for part in split { whole.merge(sampleStatistics(part, exact: exact)) }
    let found = try VariantExport.files(sampleRun(whole, images: split.flatMap { $0 })).map { try $0.bytes() }
    #expect(found == expected)
  }
}

@Test("The counts of scatter.csv and summary.json add up")
func countsAddUp() throws {
  let run = sampleRun(sampleStatistics(0..<10), images: 0..<10)
  let text = String(decoding: try VariantExport.files(run)[0].bytes(), as: UTF8.self)
  let rows = text.split(separator: "\n").dropFirst().filter { $0.contains("blocks.1.act1,") }
  let counted = rows.compactMap { $0.split(separator: ",").last.flatMap { UInt64($0) } }.reduce(0, +)
  let figure = run.figure.sites[1]
  #expect(counted + figure.outsideRange + figure.notFinite == figure.elements)
  #expect(figure.elements == 10 * 2 * 3 * 3)
}

@Test("summary.json is JSON that Foundation reads, with text as it was")
func summaryIsJSON() throws {
  let run = sampleRun(sampleStatistics(0..<2), images: 0..<2)
  let bytes = Data(try VariantExport.files(run)[4].bytes())
  let object = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
  #expect(object["images"] as? Int == 2 && object["top1"] as? Double == 0.5)
  let skipped = try #require(object["skipped_images"] as? [[String: String]])
  #expect(skipped.map { $0["path"] } == ["a/broken \"1\".png", "b/Größe.jpg"])
  let sites = try #require(object["sites"] as? [[String: Any]])
  #expect(sites.count == 8 && sites[3]["site"] as? String == "odd, \"name\"")
  #expect(sites[2]["slope_difference"] is NSNull)
}

@Test("An accuracy of some of the images says of how many, and which folders have no class")
func partlyLabelled() throws {
  var run = sampleRun(sampleStatistics(0..<6), images: 0..<6)
  run.add(
    SourceListing(
      unlabelled: [SourceListing.Folder(path: "a\u{1B}b", images: 1), SourceListing.Folder(path: "misc", images: 1200)]
        + (0..<5).map { SourceListing.Folder(path: "x\($0)", images: 1) },
      otherFiles: [".gif": 2, ".bmp": 3, "": 1]))
  let text = SummaryText.text(run.figure)
  #expect(text.contains(" % of 5 labelled of 6 images · top-5 "))
  #expect(
    text.contains(
      "\nfolders without a label: misc (1200 images), a\\u{1b}b (1 image), x0 (1 image), x1 (1 image), x2 (1 image) "
        + "and 2 more\nnot read: 3 .bmp, 2 .gif, 1 without an ending\n"))
  let bytes = Data(try #require(VariantExport.files(run).last).bytes())
  let object = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
  #expect(object["not_read"] as? [String: Int] == [".gif": 2, ".bmp": 3, "": 1])
  let folders = try #require(object["unlabelled_folders"] as? [[String: Any]])
  #expect(folders.count == 7 && folders[0]["path"] as? String == "misc" && folders[0]["images"] as? Int == 1200)
  #expect(object["labelled"] as? Int == 5 && object["images"] as? Int == 6)
  let whole = sampleRun(sampleStatistics(0..<3), images: 0..<3)
  #expect(!SummaryText.text(whole.figure).contains("labelled"))
}

@Test("A run without images gives headers, empty fields and nulls")
func emptyRun() throws {
  let files = VariantExport.files(sampleRun(sampleStatistics([]), images: []))
  let texts = try files.map { String(decoding: try $0.bytes(), as: UTF8.self) }
  #expect(texts[0] == "block,site,node,x_min,x_max,y_min,y_max,count\n")
  #expect(texts[1].contains("\n1,A2,blocks.1.act1,,static,3,0,0,,,,,,,\n"))
  #expect(texts[1].contains("\n3,act1,layer1.0.act1,layer1.0,h-swish,2,,0,,,,,,,\n"))
  #expect(texts[2].contains("\n1,A2,blocks.1.act1,0,1,,,,\n"))
  #expect(texts[4].contains("\"top1\": null"))
}

@Test("A curve and a Maxout have pairs and images, and nothing that takes slopes or intercepts")
func withoutCoefficients() throws {
  let run = sampleRun(sampleStatistics(0..<6), images: 0..<6)
  let files = VariantExport.files(run)
  let texts = try files.map { String(decoding: try $0.bytes(), as: UTF8.self) }
  #expect(texts[1].contains("\n3,act1,layer1.0.act1,layer1.0,h-swish,2,,6,,,,,,,\n"))
  #expect(texts[1].contains("\n3,act2,layer1.0.act2,layer1.0,Maxout,2,,6,,,,,,,\n"))
  for node in ["layer1.0.act1", "layer1.0.act2"] {
    #expect(texts[0].contains(",\(node),") && !texts[2].contains(",\(node),"))
  }
  #expect(texts[2].contains(",layer1.0.se,1,1,") && texts[2].contains(",layer1.1.act1,1,2,"))
  let object = try #require(try JSONSerialization.jsonObject(with: Data(files[4].bytes())) as? [String: Any])
  let sites = try #require(object["sites"] as? [[String: Any]])
  let counts = ["functions", "unusable_functions", "slope_outside_unit", "large_intercept", "coefficients"]
  for site in sites[4...5] {
    #expect(counts.allSatisfy { site[$0] is NSNull } && site["slope_outside_unit_share"] is NSNull)
    #expect(site["images"] as? Int == 6 && site["elements"] as? Int == 24)
    #expect((site["slopes"] as? [Any])?.isEmpty == true && site["positive_from_negative_share"] is Double)
  }
  #expect(sites[4]["segments"] is NSNull && sites[5]["segments"] as? Int == 3)
  #expect(sites.map { $0["kind"] as? String }.suffix(4) == ["h-swish", "Maxout", "SE", "PReLU"])
  #expect(sites[0]["block_name"] is NSNull && sites[7]["block_name"] as? String == "layer1.1")
  let claims = try #require(object["claims"] as? [String: Any])
  #expect(claims["functions"] as? Int == sites.compactMap { $0["functions"] as? Int }.reduce(0, +))
}

@Test("The printed summary names kinds and blocks, and has dashes where there are no slopes")
func printedSummary() {
  let run = sampleRun(sampleStatistics(0..<6), images: 0..<6)
  let text = SummaryText.text(run.figure)
  let rows = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
  #expect(rows.contains { $0.hasPrefix("3 layer1.0 act1 h-swish 1×2×2 - - - - - - ") })
  #expect(rows.contains { $0.hasPrefix("3 layer1.0 act2 Maxout 1×2×2 3 - - - - - ") })
  var without = run.figure
  without.sites = Array(run.figure.sites[4...5])
  #expect(SummaryText.text(without).contains("no activation function has slopes and intercepts"))
}
