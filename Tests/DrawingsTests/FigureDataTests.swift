import Drawings
import Export
import Figures
import Foundation
import SyntheticRuns
import Testing

@Suite struct FigureDataTests {
  private func files(_ order: FigureOrder, _ run: SettledRun, beside: SettledRun? = nil) throws -> [String: String] {
    let files = try FigureData.files(order, of: run, beside: beside, name: "f")
    #expect(files.allSatisfy { FigureData.names("f").contains($0.name) })
    return Dictionary(
      uniqueKeysWithValues: try files.map { ($0.name, String(decoding: try $0.bytes(), as: UTF8.self)) })
  }

  /// Every view of a specification that reads a file: the file, and the fields that it names.
  private func views(_ value: Any, url: String? = nil) -> [(url: String, fields: [String])] {
    if let list = value as? [Any] { return list.flatMap { views($0, url: url) } }
    guard let object = value as? [String: Any] else { return [] }
    let data = object["data"] as? [String: Any]
    let url = data == nil ? url : data?["url"] as? String
    var found: [(url: String, fields: [String])] = []
    if let url, let encoding = object["encoding"] as? [String: Any] {
      let channels = encoding.values.flatMap { ($0 as? [Any]) ?? [$0] }
      found.append((url, channels.compactMap { ($0 as? [String: Any])?["field"] as? String }))
    }
    return found
      + ["layer", "concat", "vconcat"].flatMap { object[$0].map { views($0, url: url) } ?? [] }
  }

  @Test("The tables have the numbers that are drawn, and the specification reads them by their columns")
  func tables() throws {
    let channels = FigureOrder(kind: .channels, sites: SiteSelection(blocks: .numbers([2, 5])))
    let few = SiteSelection(blocks: .numbers([2, 5]))
    let cases: [(FigureOrder, SettledRun, SettledRun?, [String])] = [
      (FigureOrder(sites: few), syntheticRun(), nil, ["bars", "scatter"]),
      (FigureOrder(kind: .scatter, sites: few), syntheticRun(), nil, ["scatter"]),
      (FigureOrder(kind: .bars), syntheticRun(), nil, ["bars"]),
      (channels, try syntheticChannels(channels), nil, ["functions", "kinds", "scatter"]),
      (FigureOrder(kind: .compare, sites: few), syntheticRun(), syntheticRun(functions: 3), ["bars", "scatter"]),
    ]
    for (order, run, other, tables) in cases {
      let files = try files(order, run, beside: other)
      #expect(files.keys.sorted() == (tables.map { "f.\($0).csv" } + ["f.vl.json"]).sorted())
      let json = try #require(files["f.vl.json"])
      let specification = try JSONSerialization.jsonObject(with: Data(json.utf8))
      let views = views(specification)
      #expect(Set(views.map(\.url)) == Set(tables.map { "f.\($0).csv" }))
      for view in views {
        let columns = try #require(files[view.url]?.split(separator: "\n").first).split(separator: ",").map(String.init)
        for field in view.fields { #expect(columns.contains(field), "\(field) in \(view.url)") }
      }
      for table in tables {
        let lines = try #require(files["f.\(table).csv"]).split(separator: "\n")
        #expect(lines.count > 2 && Set(lines.map { $0.count { $0 == "," } }).count == 1)
      }
    }
  }

  @Test("Pairs of scatter.csv add up to those of the density inside the pane")
  func pairs() throws {
    let run = syntheticRun()
    let files = try files(FigureOrder(kind: .scatter, sites: SiteSelection(site: "5.A2")), run)
    let rows = try #require(files["f.scatter.csv"]).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let site = try #require(run.figure.sites.first { $0.site.place.block == 5 && $0.site.place.site == "A2" })
    #expect(
      rows.reduce(0) { $0 + (Double($1[9]) ?? .nan) } == Double(try #require(run.density(of: site.site.id)).total))
    for row in rows {
      let numbers = row[5...8].compactMap { Double($0) }
      #expect(numbers.count == 4 && numbers[0] < numbers[1] && numbers[2] < numbers[3])
    }
  }
}
