import Figures
import Networks
import Statistics

/// What the subject on view is compared with: it means the same in every variant.
package enum Partner: Sendable, Equatable {
  /// Another variant of the model, by its index.
  case variant(Int)
  /// The same variant with changes.
  case whatIf(WhatIfEntry)

  /// What to look at; nil where the change cannot be made, or not before the images' means are known.
  func subject(in model: Model) -> Subject? {
    switch self {
    case .variant(let index):
      return model.live.flatMap { $0.variants.indices.contains(index) ? Subject(variant: index) : nil }
    case .whatIf:
      guard let changed = model.changed, changed.partner == self, changed.subject.variant == model.subject.variant
      else {
        return nil
      }
      return changed.subject
    }
  }

  /// The changed network, made from the means of the images; nil for a variant and before these are known.
  fileprivate func made(in model: Model) -> Subject? {
    guard case .whatIf(let entry) = self, let figure = model.live, figure.subject.variant == model.subject.variant,
      let whatIf = entry.whatIfs(in: model).first
    else { return nil }
    if whatIf.change.needs != nil, figure.progress.state != .done { return nil }
    let changes = try? whatIf.changes(of: figure.sites.map(\.site), known: figure.findings)
    return changes.map { Subject(variant: model.subject.variant, changes: $0) }
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

/// A what-if as the changed network that it is: made once, for it holds the coefficients of whole networks.
struct ChangedPartner: Sendable, Equatable {
  let partner: Partner
  let subject: Subject
}

extension Model {
  /// Makes the changed network that the screen on view compares with, as soon as that can be.
  mutating func makePartner() {
    guard let partner = screen.compared, partner.subject(in: self) == nil, let subject = partner.made(in: self) else {
      return
    }
    changed = ChangedPartner(partner: partner, subject: subject)
  }
}
