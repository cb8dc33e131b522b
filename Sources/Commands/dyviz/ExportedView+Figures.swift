import App
import Drawings
import Export
import Figures
import Statistics

extension ExportedView {
  /// Writes what was marked, and the files of every variant as it was trained with figures of what is on view.
  func write(_ runs: [SettledRun], _ marks: [Mark], to output: String) throws {
    if !marks.isEmpty { try VariantExport.write(marks.table(runs.first?.figure.names), to: output) }
    for run in runs where run.figure.subject.changes.isEmpty {
      try VariantExport.write(run, below: output, figures: figures(of: run, among: runs))
    }
  }

  /// The figures that are written beside a run's numbers: Fig. 3 of every run; of the one on view the scatter of the
  /// site that is looked at, its channels' functions where every image was asked for them, and the comparison where
  /// there is one. What cannot be drawn is left out.
  func figures(of run: SettledRun, among runs: [SettledRun]) -> [ExportFile] {
    let isOnView = run.figure.subject.variant == subject.variant
    let name = run.figure.sites.contains { $0.site.place.site == site?.place.site } ? site?.place.site : nil
    let fig3 = drawing(.fig3, SiteSelection(site: name), of: run)
    guard isOnView, let site else { return [fig3].compactMap { $0 } }
    let one = SiteSelection(site: site.node)
    let hasChannels = run.finding(.channels(site: site.id))?.images == run.figure.classification.images
    let partner = partner.flatMap { partner in
      runs.first { $0.figure.subject == partner.subject }.flatMap {
        drawing(.compare, one, of: run, beside: ($0, partner.name))
      }
    }
    return [fig3, drawing(.scatter, one, of: run), hasChannels ? drawing(.channels, one, of: run) : nil, partner]
      .compactMap { $0 }
  }

  private func drawing(
    _ kind: FigureKind, _ sites: SiteSelection, of run: SettledRun, beside other: (run: SettledRun, name: String)? = nil
  ) -> ExportFile? {
    let order = FigureOrder(
      kind: kind, sites: sites, measure: run.figure.subject.variant == subject.variant ? bars : .slopeDifference,
      scale: scale)
    let names = other.map { (run.figure.variant, $0.name) }
    return (try? Drawing(order, of: run, beside: other?.run, names: names)).map { drawing in
      ExportFile(name: VariantExport.figureName(kind.rawValue), bytes: SVGWriter.bytes(drawing))
    }
  }
}
