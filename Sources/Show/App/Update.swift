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
  case .exported(let folder): effects = model.endWriting("exported to " + folder)
  case .exportFailed(let reason): effects = model.endWriting("export failed: " + reason, isError: true)
  case .saved(let file): effects = model.endWriting("saved as " + file)
  case .saveFailed(let reason): effects = model.endWriting("not saved: " + reason, isError: true)
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

  /// Lets files be written, one thing at a time: what is asked for meanwhile comes behind.
  mutating func startWriting(_ effect: Effect, _ words: String) -> [Effect] {
    let asked = Writing(effect: effect, words: words)
    guard live != nil, !writings.contains(asked) else { return [] }
    writings.append(asked)
    guard writings.count == 1 else { return [] }
    notice = Notice(text: words, isError: false)
    return [effect]
  }

  /// Says what came of it and goes on with what waits; a failure stays on view beside what comes then.
  fileprivate mutating func endWriting(_ words: String, isError: Bool = false) -> [Effect] {
    var said = Notice(text: (failure.map { $0 + "; " } ?? "") + words, isError: isError || failure != nil)
    writings = Array(writings.dropFirst())
    let next = writings.first
    failure = next != nil && said.isError ? said.text : nil
    if let next { said.text += "; " + next.words }
    notice = said
    return next.map { [$0.effect] } ?? []
  }
}
