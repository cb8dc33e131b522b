import App
import Figures
import Networks
import Statistics
import SyntheticRuns
import Terminal
import TerminalSentinel

/// A model brought to a state by messages, with all data that it wants.
package struct ModelScript {
  package var model: App.Model
  package var effects: [Effect] = []
  /// The run that answers when the model wants densities.
  package var run: (Set<Int>) -> RunFigure
  /// What answers a question that takes a pass of its own.
  package var late: (Question, [ActivationSite]) -> (any Finding)? = { SyntheticRun.late($0, of: $1) }

  package init(
    columns: Int = 120, rows: Int = 40,
    run: @escaping (Set<Int>) -> RunFigure = { SyntheticRun.snapshot(densities: $0) }
  ) {
    model = App.Model(size: CellSize(columns: columns, rows: rows))
    self.run = run
    feed()
  }

  /// What the run knows of what the subject is compared with: a static one of 640 images.
  private func partner(_ request: RunRequest) -> RunFigure {
    let densities = request.questions.compactMap { if case .density(let site) = $0 { site } else { nil } }
    var figure = SyntheticRun.snapshot(
      images: 640, variant: request.subject.variant, densities: Set(densities),
      isStatic: request.subject.changes.isEmpty)
    figure.subject = request.subject
    return figure
  }

  /// Hands over the run's state, twice, since the first tells which densities are wanted.
  package mutating func feed() {
    for _ in 0..<2 {
      let densities = model.questions.compactMap { if case .density(let site) = $0 { site } else { nil } }
      var figure = run(Set(densities))
      figure.names = SyntheticRun.names
      let sites = figure.sites.map(\.site)
      for question in model.questions where !question.isStanding {
        figure.late[question] = RunProgress(
          state: .done, done: figure.progress.done, total: 1000, skipped: 0, imagesPerSecond: nil, secondsLeft: nil,
          top1: nil, top5: nil)
      }
      figure.add(Findings(model.questions.compactMap { late($0, sites) }))
      model.subject = figure.subject
      let beside = model.requests.dropFirst().first.map { request in
        var other = partner(request)
        other.add(Findings(request.questions.compactMap { SyntheticRun.late($0, of: other.sites.map(\.site)) }))
        return other
      }
      send(.figure(figure, beside: beside))
    }
  }

  package mutating func send(_ message: Message) {
    let result = update(model, message)
    model = result.model
    effects += result.effects
  }

  /// Presses keys one after the other, feeding after each.
  package mutating func press(_ keys: Key...) {
    for key in keys {
      send(.key(key))
      feed()
    }
  }

  /// Block and site that are looked at, as `5 A2`.
  package var place: String {
    model.site.map { "\($0.site.place.block) \($0.site.place.site)" } ?? "none"
  }

  /// The page of the help, if that is on view.
  package var page: Int? { (model.screen as? HelpScreen)?.page }

  package func screen(_ capabilities: Capabilities = .full) -> CellBuffer {
    view(model, size: model.size, capabilities: capabilities)
  }
}
