import Figures
import Networks
import Statistics

/// What the subject on view is compared with: it means the same in every variant.
enum Partner: Sendable, Equatable {
  /// Another variant of the model, by its index.
  case variant(Int)
  /// The same variant with changes.
  case whatIf(WhatIfEntry)

  /// What to look at; nil where the change cannot be made, or not before the images' means are known.
  func subject(in model: Model) -> Subject? {
    switch self {
    case .variant(let index):
      return model.live.flatMap { $0.variants.indices.contains(index) ? Subject(variant: index) : nil }
    case .whatIf(let entry):
      guard let figure = model.live, let whatIf = entry.whatIfs(in: model).first else { return nil }
      if whatIf.change.needs != nil, figure.progress.state != .done { return nil }
      let changes = try? whatIf.changes(of: figure.sites.map(\.site), known: figure.findings)
      return changes.map { Subject(variant: model.subject.variant, changes: $0) }
    }
  }

  /// What is known of it; nil before that, and while the last answer was about another.
  func figure(in model: Model) -> RunFigure? {
    guard let figure = model.beside, figure.subject == subject(in: model) else { return nil }
    return figure
  }

  /// What it is called.
  func name(in model: Model) -> String {
    switch self {
    case .variant(let index):
      model.live.flatMap { $0.variants.indices.contains(index) ? $0.variants[index] : nil } ?? ""
    case .whatIf(let entry): entry.title(in: model) + " " + entry.change.title
    }
  }

  /// Whether there is such a partner for the subject on view.
  func exists(in model: Model) -> Bool {
    switch self {
    case .variant(let index): index != model.subject.variant
    case .whatIf(let entry): !entry.whatIfs(in: model).isEmpty
    }
  }
}
