import Figures
import Networks

/// The very numbers that a figure draws, as tables.
extension FigureContent {
  /// `scatter`, `functions`, `bars` and `kinds`: those that the figure has.
  package var tables: [Table] { [scatterTable, functionTable, barTable, kindTable].compactMap { $0 } }

  /// Every pane with its number, from 1, in the order in which they are drawn.
  package var panes: [(number: Int, pane: ScatterPane)] {
    stacks.flatMap(\.panes).enumerated().map { ($0 + 1, $1) }
  }

  /// A row for each pixel that is not empty: its rectangle, what it stands for and its level.
  private var scatterTable: Table? {
    guard !stacks.isEmpty else { return nil }
    var table = Table(
      name: "scatter",
      columns: [
        "pane", "block", "site", "node", "run", "x_min", "x_max", "y_min", "y_max",
        kind == .compare ? "share" : "pairs",
        "level",
      ])
    for (number, pane) in panes {
      let picture = pane.picture
      let (width, height) = (
        pane.range.length / Double(picture.columns), pane.range.length / Double(picture.rows)
      )
      let names = [.integer(number)] + pane.site.nameCells + [.optional(pane.run)]
      for row in 0..<picture.rows {
        for column in 0..<picture.columns where picture.amounts[row * picture.columns + column] != 0 {
          let (left, top) = (
            pane.range.lower + Double(column) * width, pane.range.upper - Double(row) * height
          )
          table.append(
            names + [
              .number(left), .number(left + width), .number(top - height), .number(top),
              .number(picture.amounts[row * picture.columns + column]), .integer(Int(picture[column, row])),
            ])
        }
      }
    }
    return table
  }

  /// A row for each corner of each channel's function.
  private var functionTable: Table? {
    guard kind == .channels else { return nil }
    var table = Table(
      name: "functions", columns: ["pane", "block", "site", "node", "channel", "function", "piece", "x", "y"])
    for (number, pane) in panes {
      for curve in pane.curves {
        for (piece, points) in curve.pieces(in: pane.range).enumerated() {
          for point in points {
            table.append(
              [.integer(number)] + pane.site.nameCells + [
                .integer(curve.channel), .optional(curve.kind?.rawValue), .integer(piece + 1), .number(point.x),
                .number(point.y),
              ])
          }
        }
      }
    }
    return table
  }

  /// A row for each bar; of a pair there are two.
  private var barTable: Table? {
    guard let bars, bars.chart.absence == nil else { return nil }
    var table = Table(name: "bars", columns: ["place", "label", "run", "value", "p10", "p90"])
    for (place, bar) in bars.chart.bars.enumerated() {
      let sides = bars.names.isEmpty ? [(nil, bar.value)] : [(bars.names[0], bar.value), (bars.names[1], bar.partner)]
      for (run, value) in sides {
        table.append([
          .integer(place + 1), .text(bar.label), .optional(run), .optional(value?.height),
          .optional(value?.spread?.lowerBound), .optional(value?.spread?.upperBound),
        ])
      }
    }
    return table
  }

  /// A row for each site and kind of function that some channel of it has.
  private var kindTable: Table? {
    guard let kinds else { return nil }
    var table = Table(
      name: "kinds", columns: ["place", "label", "block", "site", "node", "function", "channels", "share"])
    for (place, bar) in kinds.bars.enumerated() {
      for (kind, count) in zip(FunctionKind.allCases, bar.counts) where count > 0 {
        table.append(
          [.integer(place + 1), .text(bar.label)] + bar.site.nameCells + [
            .text(kind.rawValue), .integer(count), .number(Double(count) / Double(max(1, bar.channels))),
          ])
      }
    }
    return table
  }
}
