import Figures
import Terminal

/// The model after a message, and what the program is to do: a pure function.
public func update(_ model: Model, _ message: Message) -> (model: Model, effects: [Effect]) {
  var model = model
  let effects: [Effect]
  switch message {
  case .key(let key):
    effects = model.press(key)
  case .resize(let size):
    model.size = size
    effects = []
  case .snapshot(let snapshot):
    model.take(snapshot)
    effects = []
  case .exported(let folder):
    model.isExporting = false
    model.notice = Model.Notice(text: "exported to " + folder, isError: false)
    effects = []
  case .exportFailed(let reason):
    model.isExporting = false
    model.notice = Model.Notice(text: "export failed: " + reason, isError: true)
    effects = []
  }
  return (model, effects)
}

extension Model {
  mutating func press(_ key: Key) -> [Effect] {
    let action = KeyTable.action(for: key)
    // A screen that only says that it is too small obeys nothing but leaving.
    guard !TooSmallNotice.applies(to: size) || action == .quit || action == .repaint else { return [] }
    let isTyping = screen == .sites && list.isTyping && !TooSmallNotice.applies(to: size)
    guard action != nil || isTyping else { return [] }
    if !isExporting { notice = nil }
    if isTyping { return type(key) }
    guard let action else { return [] }
    if case .help(let page, let under) = screen {
      return pressInHelp(action, page: page, under: under)
    }
    if screen == .sites { return actInList(action) }
    if screen == .overview, moveInOverview(action) { return [] }
    return perform(action)
  }

  private mutating func pressInHelp(_ action: Action, page: Int, under: Screen) -> [Effect] {
    switch action {
    case .stepSites(let step), .stepBlocks(let step), .page(let step): screen = .help(page: page + step, over: under)
    case .help, .back, .open: screen = under
    case .quit: return [.quit]
    case .repaint: return [.repaint]
    default: break
    }
    return []
  }

  mutating func perform(_ action: Action) -> [Effect] {
    switch action {
    case .stepBlocks(let step): walkBlocks(step)
    case .stepSites(let step): walkSites(step)
    case .stepVariants(let step): return walkVariants(step)
    case .overview: toggleOverview()
    case .sites: openList(typing: false)
    case .filter: openList(typing: true)
    case .stepMatches(let step): walkMatches(step)
    case .open, .page, .edge: break
    case .density: scale = scale.next
    case .fit: fitAnew()
    case .aspect: equalAspect.toggle()
    case .freeze: toggleFreeze()
    case .export: return startExport()
    case .help: screen = .help(page: 0, over: screen)
    case .back: screen = .scatter
    case .repaint: return [.repaint]
    case .quit: return [.quit]
    case .zoom(let step): zoom(step)
    case .pan(let x, let y): pan(x: x, y: y)
    }
    return []
  }

  private mutating func toggleFreeze() {
    isFrozen.toggle()
    held = isFrozen ? live : nil
    renewIndex()
  }

  private mutating func startExport() -> [Effect] {
    guard !isExporting, live != nil else { return [] }
    isExporting = true
    notice = Notice(text: "exporting ...", isError: false)
    return [.export]
  }
}

extension DensityScale {
  var next: DensityScale {
    switch self {
    case .log: .linear
    case .linear: .equalised
    case .equalised: .log
    }
  }
}
