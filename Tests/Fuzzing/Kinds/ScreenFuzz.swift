import App
import Figures
import ScreenScripts
import SyntheticRuns
import Terminal
import TerminalSentinel

/// Keys, the mouse, new sizes and new figures through `update` and `view`: pure functions that take anything.
struct ScreenFuzz: FuzzKind {
  static let name = "screens"
  static let limits = FuzzLimits(seconds: 5, bytes: 512 << 20)
  private static let capabilities: [Capabilities] = [
    .full, .light, .mono, .ascii, .basic, Capabilities(unicode: true, colors: .direct),
  ]
  /// What the screens do something for, so that most keys mean something; doors of one screen are on all.
  private static let bound: [Key] = {
    var keys: [Key] = []
    for key in Screens.all.flatMap(\.boundKeys) where !keys.contains(key) { keys.append(key) }
    return keys.sorted { $0.name < $1.name }
  }()
  private static let doors =
    bound + [.enter, .enter, .enter, .escape, "x", "i", "c", "w", "o", "=", "s", "/", "'", "?"]

  init(folder: String) throws {}

  func input(_ random: inout FuzzRandom) -> FuzzInput {
    let start = ScreenStep.resize(columns: 40 + random.below(120), rows: 12 + random.below(40))
    let steps = (0..<10 + random.below(50)).map { _ in step(&random) }
    let run = ScreenStep.run(random.below(Runs.all.count))
    return FuzzInput("steps.txt", Array(([run, start] + steps).map { $0.text + "\n" }.joined().utf8))
  }

  private func step(_ random: inout FuzzRandom) -> ScreenStep {
    switch random.below(20) {
    case 0...11: .key(random.element(Self.doors))
    case 12: .key(.character(Self.scalar(&random)))
    case 13: .mouse(kind: random.below(3), x: random.below(200) - 20, y: random.below(80) - 10)
    case 14, 15: .mouse(kind: random.below(3), x: random.below(60), y: random.below(20))
    case 16:
      random.isOne(in: 4)
        ? .resize(columns: random.element([0, 1, 39, 40, 500]), rows: random.element([0, 1, 11, 12, 200]))
        : .resize(columns: 30 + random.below(150), rows: 8 + random.below(50))
    case 17: .capabilities(random.below(Self.capabilities.count))
    case 18: .exported(random.below(3))
    default: .run(random.below(Runs.all.count))
    }
  }

  /// A printable character of any script, or a control letter's neighbour.
  private static func scalar(_ random: inout FuzzRandom) -> Unicode.Scalar {
    let value = random.isOne(in: 3) ? random.below(0x11_0000) : 0x20 + random.below(0x300)
    return Unicode.Scalar(UInt32(value)) ?? "?"
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    var script = ModelScript(run: Runs.all[0])
    var capabilities = Capabilities.full
    for line in String(decoding: input.files[0].bytes, as: UTF8.self).split(separator: "\n") {
      guard let step = ScreenStep(line) else { return .violated("no step: \(line)") }
      switch step {
      case .key(let key): script.press(key)
      case .mouse(let kind, let x, let y):
        script.send(.mouse(MouseEvent([.press, .wheelUp, .wheelDown][kind], x: x, y: y)))
        script.feed()
      case .resize(let columns, let rows): script.send(.resize(CellSize(columns: columns, rows: rows)))
      case .capabilities(let index): capabilities = Self.capabilities[index]
      case .exported(let index):
        script.send(index == 0 ? .exportFailed("a\u{1B}[2J\nb") : .exported(folder: "out\u{9B}2J"))
      case .run(let index):
        script.run = Runs.all[index]
        script.feed()
      }
      if let problem = problem(view(script.model, size: script.model.size, capabilities: capabilities), script.model) {
        return .violated("\(problem) after \(line)")
      }
    }
    return .accepted
  }

  private func problem(_ screen: CellBuffer, _ model: Model) -> String? {
    if screen.size != model.size || screen.cells.count != model.size.columns * model.size.rows {
      return "a screen of \(screen.size) for \(model.size)"
    }
    let unsafe = screen.cells.first { CellText.glyph(of: Character($0.glyph)) != $0.glyph }
    return unsafe.map { "the glyph \(String($0.glyph.value, radix: 16))" }
  }
}

/// The runs that are looked at.
private enum Runs {
  typealias Run = @Sendable (Set<Int>) -> RunFigure

  static let all: [Run] = [
    { SyntheticRun.snapshot(densities: $0) }, { SyntheticRun.snapshot(images: 0, densities: $0) },
    { SyntheticRun.snapshot(images: 1, variant: 3, densities: $0, isStatic: true) },
    { SyntheticRun.snapshot(images: 500, variant: 0, densities: $0, functions: 3) },
    { ForeignRun.snapshot(densities: $0) }, { ForeignRun.snapshot(blocks: 1, images: 2, densities: $0) },
    { hostile($0) }, { _ in SyntheticRun.snapshot(images: 3) },
  ]

  /// Names from hostile files.
  private static func hostile(_ densities: Set<Int>) -> RunFigure {
    var sites = ForeignRun.sites(blocks: 3, isDynamic: true)
    let names = ["\u{1B}]0;title\u{7}", "e" + String(repeating: "\u{301}", count: 40), "日本語", "", "\u{202E}a\nb"]
    sites = sites.enumerated().map { id, site in
      ForeignRun.site(
        id, block: site.place.block, name: names[id % 5], names[(id + 1) % 5], functions: site.activation.functions,
        source: site.activation.coefficients)
    }
    var figure = ForeignRun.snapshot(sites, densities: densities)
    figure.model = "\u{1B}[2Jmodel\r\n"
    figure.variants = ["\u{9B}31m" + String(repeating: "x", count: 500)]
    return figure
  }
}

/// One step of a script, a line of text each.
enum ScreenStep: Equatable {
  case key(Key)
  /// 0 press, 1 and 2 the wheel.
  case mouse(kind: Int, x: Int, y: Int)
  case resize(columns: Int, rows: Int)
  case capabilities(Int)
  /// 0 failed, others done.
  case exported(Int)
  case run(Int)

  private static let keys: [(name: Substring, key: Key)] = [
    ("left", .left), ("right", .right), ("up", .up), ("down", .down), ("shiftLeft", .shiftLeft),
    ("shiftRight", .shiftRight), ("shiftUp", .shiftUp), ("shiftDown", .shiftDown), ("pageUp", .pageUp),
    ("pageDown", .pageDown), ("home", .home), ("end", .end), ("enter", .enter), ("escape", .escape),
    ("backspace", .backspace), ("tab", .tab),
  ]

  var text: String {
    switch self {
    case .key(.character(let scalar)): "key character \(scalar.value)"
    case .key(.control(let scalar)): "key control \(scalar.value)"
    case .key(let key): "key \(Self.keys.first { $0.key == key }?.name ?? "?")"
    case .mouse(let kind, let x, let y): "mouse \(kind) \(x) \(y)"
    case .resize(let columns, let rows): "resize \(columns) \(rows)"
    case .capabilities(let index): "capabilities \(index)"
    case .exported(let index): "exported \(index)"
    case .run(let index): "run \(index)"
    }
  }

  /// The step that a line says; nil for a line that says none.
  init?(_ line: Substring) {
    let words = line.split(separator: " ")
    let numbers = words.dropFirst().compactMap { Int($0) }
    switch (words.first, words.dropFirst().first, numbers.count) {
    case ("key", "character", 1): self = .key(.character(Unicode.Scalar(UInt32(numbers[0])) ?? "?"))
    case ("key", "control", 1): self = .key(.control(Unicode.Scalar(UInt32(numbers[0])) ?? "?"))
    case ("key", let name?, _):
      guard let key = Self.keys.first(where: { $0.name == name })?.key else { return nil }
      self = .key(key)
    case ("mouse", _, 3): self = .mouse(kind: numbers[0], x: numbers[1], y: numbers[2])
    case ("resize", _, 2): self = .resize(columns: numbers[0], rows: numbers[1])
    case ("capabilities", _, 1): self = .capabilities(numbers[0])
    case ("exported", _, 1): self = .exported(numbers[0])
    case ("run", _, 1): self = .run(numbers[0])
    default: return nil
    }
  }
}
