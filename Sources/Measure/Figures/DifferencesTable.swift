import Networks

extension RunDifferences {
  /// `differences`: a row for each number of the whole run, then for each number of each site.
  public var table: Table {
    var table = Table(
      name: "differences",
      columns: ["block", "site", "node_a", "node_b", "quantity", "value_a", "value_b", "difference"])
    for (site, value) in values {
      table.append([
        .optional(site?.place.block), .optional(site?.place.site), .optional(site?.firstNode),
        .optional(site?.secondNode), .text(value.name), .optional(value.first), .optional(value.second),
        .optional(value.difference),
      ])
    }
    return table
  }
}
