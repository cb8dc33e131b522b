import Terminal

/// The model after a message, and what the program is to do: a pure function.
public func update(_ model: Model, _ message: Message) -> (model: Model, effects: [Effect]) {
  var model = model
  let effects: [Effect]
  switch message {
  case .key(let key):
    effects = model.act { $0.press(key, in: &$1) }
  case .mouse(let event):
    effects = model.usesMouse ? model.act { $0.point(event, in: &$1) } : []
  case .resize(let size):
    model.size = size
    effects = []
  case .figure(let figure, let beside):
    model.take(figure, beside: beside)
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
  model.makePartner()
  return (model, effects)
}

extension Model {
  /// Lets the screen on view do something.
  fileprivate mutating func act(_ deed: (inout any Screen, inout Model) -> [Effect]) -> [Effect] {
    // A screen that only says that it is too small obeys nothing but leaving.
    if TooSmallNotice.applies(to: size) {
      var notice: any Screen = TooSmallScreen()
      return deed(&notice, &self)
    }
    if !isExporting { notice = nil }
    let serial = path.serial
    var screen = path.top
    let effects = deed(&screen, &self)
    path.put(screen, at: serial)
    return effects
  }

  mutating func startExport() -> [Effect] {
    guard !isExporting, live != nil else { return [] }
    isExporting = true
    notice = Notice(text: "exporting ...", isError: false)
    return [.export]
  }
}
