import Figures
import Networks
import Statistics
import Terminal

/// One screen: everything about it is in its file, and ``Screens`` names it once.
///
/// The value is what the screen remembers while it is open; what screens share (the run, the site that is looked at) is
/// the ``Model``'s.
package protocol Screen: Sendable, Equatable {
  /// The keys that open it, on every screen where they mean nothing else.
  static func doors<Other: Screen>() -> [KeyRow<Other>]

  /// Its keys, in the order of the line of keys and of the help.
  var keys: [KeyRow<Self>] { get }

  /// Where its panes lie.
  func layout(_ size: CellSize) -> ScreenLayout

  /// What stands at the right end of the first line, which leaves so many columns for it.
  func title(of model: Model, layout: ScreenLayout, columns: Int) -> String

  /// What it asks of the run.
  func questions(in model: Model) -> Set<Question>

  /// What the subject is compared with; nil for nothing.
  var compared: Partner? { get }

  /// What the subject is compared with, and what is asked of that; nil for nothing.
  func partner(in model: Model) -> RunRequest?

  /// Words on it that other screens do not have, explained for the help.
  var words: [Glossary.Entry] { get }

  /// Takes a key that is text here before the rows of keys do; false where it is none.
  mutating func type(_ key: Key, in model: inout Model) -> Bool

  /// Does what the mouse means here.
  mutating func point(_ event: MouseEvent, in model: inout Model) -> [Effect]

  /// What stands in the place of the line of keys; nil for those.
  func prompt(in model: Model) -> String?

  /// Draws what lies between the title and the state of the run.
  func draw(into drawing: inout ScreenDrawing)
}

extension Screen {
  package static func doors<Other: Screen>() -> [KeyRow<Other>] { [] }

  package func title(of model: Model, layout: ScreenLayout, columns: Int) -> String {
    Wording.title(of: model, layout: layout, columns: columns)
  }

  package func questions(in model: Model) -> Set<Question> {
    Set(model.site.map { [.density(site: $0.site.id)] } ?? [])
  }

  package var compared: Partner? { nil }

  package func partner(in model: Model) -> RunRequest? { nil }

  package var words: [Glossary.Entry] { [] }

  package mutating func type(_ key: Key, in model: inout Model) -> Bool { false }

  /// The wheel moves in lists, as the arrows do.
  package mutating func point(_ event: MouseEvent, in model: inout Model) -> [Effect] {
    switch event.kind {
    case .press: []
    case .wheelUp: press(.up, in: &model)
    case .wheelDown: press(.down, in: &model)
    }
  }

  package func prompt(in model: Model) -> String? { nil }
}

extension Screen {
  /// What the help says of its keys.
  package var hints: [KeyHint] { keys.map(\.hint) }

  /// Every key that does something here.
  package var boundKeys: [Key] { keys.flatMap(\.boundKeys) }

  /// Does what a key means here.
  mutating func press(_ key: Key, in model: inout Model) -> [Effect] {
    if type(key, in: &model) { return [] }
    return keys.lazy.flatMap(\.strokes).first { $0.keys.contains(key) }?.deed(&self, &model) ?? []
  }

  func equals(_ other: any Screen) -> Bool { (other as? Self) == self }
}

/// The one list of screens, each as it opens; where a state has keys of its own, that state too.
package enum Screens {
  package static let all: [any Screen] = [
    ScatterScreen(), OverviewScreen(), SiteListScreen(), SiteListScreen(isTyping: true), WhatIfScreen(),
    ChangedImagesScreen(.effects([]), WhatIf(.frozen, at: [], of: []), title: ""), ChannelsScreen(),
    ChannelsScreen(isTyping: true), ChannelScreen(), CursorScreen(),
    ExemplarsScreen(SitePlace(block: 0, site: ""), PairRegion()), ImageScreen([], at: 0), GotoScreen(), MarksScreen(),
    PartnerScreen(), CompareScreen(.variant(0)), DifferencesScreen(.variant(0)),
    HelpScreen(),
  ]

  /// The keys that open screens, those left out that rows bind already.
  static func doors<Owner: Screen>(besides rows: [KeyRow<Owner>] = []) -> [KeyRow<Owner>] {
    var doors: [KeyRow<Owner>] = []
    for screen in all {
      for door in Swift.type(of: screen).doors() as [KeyRow<Owner>] where !(doors + rows).contains(where: door.overlaps)
      {
        doors.append(door)
      }
    }
    return doors
  }
}
