import Figures
import Networks
import PlainText

/// What a comparison of two runs prints: the largest differences first, then what there is in all.
public enum DifferencesText {
  /// Differences listed.
  private static let mostRows = 20

  /// The text, ending in a newline. `tolerance` is what was allowed, where something was.
  public static func text(_ differences: RunDifferences, tolerance: Double? = nil) -> String {
    var lines = ["A  \(differences.first)", "B  \(differences.second)"]
    let unequal = unequal(differences)
    if !unequal.isEmpty {
      lines +=
        [""] + Columns.lines([header] + unequal.prefix(mostRows).map(cells), rightAligned: { $0 != 1 && $0 != 2 })
    }
    if unequal.count > mostRows { lines.append("and \(unequal.count - mostRows) smaller ones") }
    let lone = differences.withoutPartner.map { site in
      "only in \(site.firstNode == nil ? "B" : "A"): \(words(site)), \(site.firstNode ?? site.secondNode ?? "")"
    }
    lines += lone.isEmpty ? [] : [""] + lone
    lines +=
      ["", sides(differences), count(differences, unequal)] + (tolerance.map { [verdict(differences, $0)] } ?? [])
    return lines.joined(separator: "\n") + "\n"
  }

  /// What makes two runs hard to compare: other images or options, and densities that are not known. A sentence each.
  public static func warnings(_ differences: RunDifferences) -> [String] {
    let unlike = differences.conditions.map { name, first, second in
      "\(name) \(CSV.text(first)) in A and \(CSV.text(second)) in B"
    }
    return (unlike.isEmpty ? [] : ["A and B are of different images or options: \(unlike.joined(separator: ", "))"])
      + differences.parts.map { "\($0.side) is no whole run, but \($0.words)" }
      + differences.withoutDensities.map { "\($0) has no scatter.csv: densities are not compared" }
  }

  private typealias Row = (site: SiteDifferences?, value: ValueDifference)

  private static let header = ["block", "site", "quantity", "A", "B", "B - A"]

  /// What both sides or one alone have and is not the same, the largest first; sites without a partner apart.
  private static func unequal(_ differences: RunDifferences) -> [Row] {
    let rows = differences.values(beyond: 0).filter { $0.site?.isMatched ?? true }
    func distance(_ row: Int) -> Double { rows[row].value.distance ?? 0 }
    return rows.indices.sorted { (distance($1), $0) < (distance($0), $1) }.map { rows[$0] }
  }

  private static func cells(_ row: Row) -> [String] {
    [
      row.site.map { "\($0.place.block)" } ?? "", row.site?.place.site ?? "", row.value.name, number(row.value.first),
      number(row.value.second), difference(row.value),
    ]
  }

  /// Which sites are compared, and the accuracies.
  private static func sides(_ differences: RunDifferences) -> String {
    let lone = differences.withoutPartner.count
    var parts = ["\(differences.sites.count - lone) sites in both, \(lone) in one alone"]
    for (value, title) in zip(differences.whole.dropFirst(), ["top-1", "top-5"]) where value.distance != nil {
      parts.append("\(title) \(percent(value.first)) → \(percent(value.second))")
    }
    return parts.joined(separator: " · ")
  }

  private static func count(_ differences: RunDifferences, _ unequal: [Row]) -> String {
    let compared = Digits.grouped(differences.values.count { $0.value.distance != nil && $0.site?.isMatched ?? true })
    guard let row = unequal.first else { return "none of \(compared) numbers differs" }
    let place = row.site.map { " at \(words($0))" } ?? ""
    return "\(Digits.grouped(unequal.count)) of \(compared) numbers differ, most of all \(row.value.name)\(place): "
      + difference(row.value)
  }

  private static func verdict(_ differences: RunDifferences, _ tolerance: Double) -> String {
    guard !differences.isWithin(tolerance) else { return "tolerance \(tolerance): everything is within it" }
    let count = differences.values(beyond: tolerance).count { $0.site?.isMatched ?? true }
    let lone = differences.withoutPartner.count
    return "tolerance \(tolerance): beyond it \(count == 1 ? "is 1 number" : "are \(Digits.grouped(count)) numbers")"
      + (lone == 0 ? "" : ", and \(lone) \(lone == 1 ? "site has" : "sites have") no partner")
  }

  private static func words(_ site: SiteDifferences) -> String { "block \(site.place.block) · \(site.place.site)" }

  private static func difference(_ value: ValueDifference) -> String {
    guard let difference = value.difference else { return value.first == nil ? "only B" : "only A" }
    let isSigned = value.first != nil
    return difference == 0 || abs(difference) >= 0.001
      ? Decimals.fixed(difference, 4, signed: isSigned) : Decimals.scientific(difference, 1, signed: isSigned)
  }

  private static func number(_ value: Double?) -> String { value.map { Decimals.fixed($0, 4) } ?? "-" }
  private static func percent(_ share: Double?) -> String { share.map { Decimals.percent($0) } ?? "-" }
}
