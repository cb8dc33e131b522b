import Figures
import Networks

/// Which site is looked at.
extension Model {
  mutating func look(at figure: SiteFigure) {
    block = figure.site.place.block
    wishedSite = figure.site.place.site
  }

  mutating func stepBlocks(_ step: Int) {
    let blocks = index.blocks
    guard let block, let position = blocks.firstIndex(of: block) else { return }
    self.block = blocks[min(max(position + step, 0), blocks.count - 1)]
  }

  mutating func stepSites(_ step: Int) {
    guard let block, let site else { return }
    let sites = index.sites(in: block)
    guard sites.count > 1, let position = sites.firstIndex(where: { $0.site.id == site.site.id }) else { return }
    wishedSite = sites[min(max(position + step, 0), sites.count - 1)].site.place.site
  }

  /// The sites that the filter leaves.
  var matches: [SiteFigure] {
    let words = SiteFilter(filter)
    return index.sites.filter { words.matches($0.site) }
  }

  /// Looks at the next or previous site that the filter leaves, round and round.
  mutating func stepMatches(_ step: Int) {
    guard let current = site else { return }
    let matches = matches
    let words = filter.isEmpty ? "" : " · /" + filter
    guard !matches.isEmpty else {
      notice = Notice(text: "no site matches" + words, isError: true)
      return
    }
    let id = current.site.id
    let next =
      step > 0
      ? matches.firstIndex { $0.site.id > id } ?? 0 : matches.lastIndex { $0.site.id < id } ?? matches.count - 1
    look(at: matches[next])
    notice = Notice(text: "site \(next + 1) of \(matches.count)" + words, isError: false)
  }

  mutating func stepVariants(_ step: Int) {
    guard let live, live.variants.count > 1 else { return }
    subject = Subject(variant: (subject.variant + step + live.variants.count) % live.variants.count)
  }

  /// Keeps something in the list of marks, or lets it go.
  mutating func keep(_ mark: Mark) {
    if let index = marks.firstIndex(of: mark) {
      marks.remove(at: index)
      notice = Notice(text: "\(mark.kind) no longer marked", isError: false)
    } else {
      marks.append(mark)
      notice = Notice(text: "\(mark.kind) marked (\(marks.count)); ' lists the marks", isError: false)
    }
  }
}
