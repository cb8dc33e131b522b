import Drawings
import Figures
import Networks
import Statistics
import SyntheticRuns

/// A run of formulas alone with every site's density.
func syntheticRun(
  images: Int = 1000, variant: Int = 1, functions: Int = 2, isStatic: Bool = false
) -> SettledRun {
  let sites = SyntheticRun.sites(functions: functions, isStatic: isStatic)
  return settled(
    SyntheticRun.snapshot(
      images: images, variant: variant, densities: images > 0 ? Set(sites.map(\.id)) : [], functions: functions,
      isStatic: isStatic))
}

/// The same with what every channel of an order's sites does.
func syntheticChannels(_ order: FigureOrder) throws -> SettledRun {
  var run = syntheticRun()
  let sites = run.figure.sites.map(\.site)
  run.add(
    Findings(try order.questions(of: sites, classes: nil).compactMap { SyntheticRun.late($0, of: sites) }))
  return run
}

/// A network with names of its own and every kind of activation.
func foreignRun(blocks: Int = 9, isDynamic: Bool = true) -> SettledRun {
  let sites = ForeignRun.sites(blocks: blocks, isDynamic: isDynamic)
  return settled(ForeignRun.snapshot(blocks: blocks, densities: Set(sites.map(\.id)), isDynamic: isDynamic))
}

func settled(_ figure: RunFigure) -> SettledRun { SettledRun(figure, isExact: true) { _ in nil } }

/// Every item of a drawing, those of its groups too.
func flattened(_ items: [Drawing.Item]) -> [Drawing.Item] {
  items.flatMap { item in
    if case .group(_, let items) = item { return flattened(items) }
    return [item]
  }
}

extension Drawing {
  var texts: [Drawing.Text] { flattened(items).compactMap { if case .text(let text) = $0 { text } else { nil } } }
  var boxes: [Drawing.Box] { flattened(items).compactMap { if case .box(let box) = $0 { box } else { nil } } }
  var lines: [Drawing.Line] { flattened(items).compactMap { if case .line(let line) = $0 { line } else { nil } } }
  var pictures: [Drawing.Picture] {
    flattened(items).compactMap { if case .picture(let picture) = $0 { picture } else { nil } }
  }
}
