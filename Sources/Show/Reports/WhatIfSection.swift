import Export
import Figures
import Networks
import Statistics

/// What becomes of a variant's results when its activations are changed: the table that `dyviz ablate` prints.
struct WhatIfSection {
  let run: SettledRun
  /// What its parts are called on the page.
  let id: String

  var html: HTML {
    let title = HTML.element("h3", [:], "What if?")
    guard let table else {
      return .element("section", [:], title, .element("p", [:], .text(EffectStatements(run).absence)))
    }
    return .element(
      "section", [:], title, table.html,
      .element(
        "p", class: "quiet",
        """
        differs: points of top-1 beside the unchanged network on the same images; |Δ logit|: mean over images and classes; \
        changed: images that get another class; right now, wrong now: those of them that were wrong before, or right.
        """))
  }

  /// The unchanged network, then a row for each change; nil where none was asked.
  var table: PageTable? {
    guard let figure = run.whatIf else { return nil }
    let numbers: Set = ["step", "sites", "top-1", "differs", "|Δ logit|", "changed", "right now", "wrong now"]
    let own = figure.unchanged.classification
    var table = PageTable(
      caption: "Changes of \(run.figure.variant), each beside the unchanged network with top-1 "
        + "\(NumberText.percent(own.top1))\(own.basis)",
      columns: WhatIfText.header.map { PageTable.Column($0, isNumber: numbers.contains($0)) },
      sortableAs: id + "-what-if")
    table.rows = figure.rows.map { ablation, effect in
      let texts = WhatIfText.cells(ablation, effect, before: own.top1)
      let values = Self.values(ablation, effect, before: own.top1)
      return PageTable.Row(
        zip(WhatIfText.header, zip(texts, values)).map { head, cell in
          numbers.contains(head) ? .number(cell.0, cell.1) : .text(cell.0)
        })
    }
    return table
  }

  /// The numbers behind ``Export/WhatIfText/cells(_:_:before:)``, to sort by.
  private static func values(_ ablation: Ablation, _ effect: ChangeEffect, before: Double?) -> [Double?] {
    let top1 = effect.classification.top1
    return [
      nil, ablation.step.map(Double.init), nil, nil, Double(ablation.whatIf.sites.count), top1,
      top1.flatMap { top1 in before.map { top1 - $0 } }, effect.logitChange.mean, Double(effect.changedCount),
      Double(effect.rightNow), Double(effect.wrongNow),
    ]
  }
}
