import Figures
import Networks
import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What changes of a network did to its results, and whether so many images can tell.
struct EffectStatements {
  private let run: SettledRun
  private let figure: WhatIfFigure?

  init(_ run: SettledRun) {
    self.run = run
    figure = run.whatIf
  }

  /// A sentence for each change at all activations that have it, then the name that costs most of each.
  var sentences: [String] {
    guard let figure else { return [absence] }
    let all = figure.rows.filter { $0.ablation.order == .all }
    return all.map { sentence($0.ablation, $0.effect, figure) } + worst(figure)
  }

  /// Why there is no effect to tell of.
  var absence: String {
    guard run.figure.sites.contains(where: { $0.site.activation.isDynamic }) else {
      return "No activation computes its function from the image, so there is nothing to freeze."
    }
    return
      "What becomes of the results when activations are changed was not asked in this run: its numbers do not say whether any "
      + "of it matters. dyviz report MODEL IMAGES --what-if asks it, and so does w on the screen."
  }

  /// Of the changes at some activations by themselves, the one that gives most images another class.
  private func worst(_ figure: WhatIfFigure) -> [String] {
    var changes: [WhatIf.Change] = []
    for row in figure.rows where row.ablation.order != .all && !changes.contains(row.ablation.whatIf.change) {
      changes.append(row.ablation.whatIf.change)
    }
    return changes.compactMap { change in
      let rows = figure.rows.filter { $0.ablation.order != .all && $0.ablation.whatIf.change == change }
      guard rows.count > 1, let first = rows.first else { return nil }
      let most = rows.dropFirst().reduce(first) { $1.effect.changedCount > $0.effect.changedCount ? $1 : $0 }
      guard most.effect.changedCount > 0 else { return nil }
      return "Of \(rows.count) parts changed so by themselves this one moves most images. "
        + sentence(most.ablation, most.effect, figure, chosenFrom: rows.count)
    }
  }

  /// - Parameter choices: Of how many changes this one was chosen for its effect.
  private func sentence(
    _ ablation: Ablation, _ effect: ChangeEffect, _ figure: WhatIfFigure, chosenFrom choices: Int = 1
  ) -> String {
    let sites = ablation.whatIf.sites.count
    let place =
      switch ablation.order {
      case .all where sites < figure.sites.count: "the \(Statements.activations(sites)) that have what is changed"
      case .all: "all \(Statements.activations(sites))"
      case .role where sites > 1: "the \(sites) activations called \(ablation.name ?? "")"
      default: ablation.name ?? Statements.activations(sites)
      }
    let share = Double(effect.changedCount) / Double(max(1, effect.classification.images))
    let start =
      "With \(place) \(words(ablation.whatIf.change, figure, sites)) \(NumberText.percent(share)) of the images get another class"
    guard let before = figure.unchanged.classification.top1, let after = effect.classification.top1 else {
      return start + "; without labels nobody can say whether that is worse."
    }
    return start
      + ", and top-1 is \(NumberText.percent(after)) instead of \(NumberText.percent(before)). "
      + Self.weight(right: effect.rightNow, wrong: effect.wrongNow, chosenFrom: choices)
  }

  /// How many images became right and wrong, and how often chance alone sets them as far apart: for a change that was
  /// chosen from several, at least one of them (Bonferroni's bound).
  static func weight(right: Int, wrong: Int, chosenFrom choices: Int = 1) -> String {
    let counts = "\(NumberText.counted(wrong, "image")) became wrong and \(NumberText.grouped(right)) right"
    guard right + wrong > 0 else { return counts + "." }
    let chance = min(1, SignTest.chance(right, wrong) * Double(choices))
    let bound = choices == 1 ? "" : "at most "
    let share = chance < 0.001 ? "less than 0.1 %" : bound + NumberText.percent(chance)
    let them = choices == 1 ? "sets them in" : "sets those of one of \(choices) parts in"
    return counts + ", as far apart as chance alone \(them) \(share) of cases"
      + (chance < 0.05 ? "." : ": so many images do not tell it from chance.")
  }

  /// `frozen at the means of their slopes and intercepts`.
  private func words(_ change: WhatIf.Change, _ figure: WhatIfFigure, _ sites: Int) -> String {
    let whose = sites == 1 ? "its" : "their"
    return switch change {
    case .frozen: "frozen at the means of \(whose) slopes and intercepts"
    case .noIntercepts: "without intercepts"
    case .firstSegment: "with \(whose) first linear function alone"
    case .isStatic: "at \(whose) initial slopes and intercepts"
    case .uniformAttention: "with the same attention at every position"
    case .anotherImage: "with the functions of \(figure.coefficientsImage(of: change) ?? "another image")"
    }
  }
}

/// The exact sign test, which for pairs of right and wrong answers is McNemar's exact test: whether two networks that
/// see the same images differ, by the images that one alone has right.
package enum SignTest {
  /// How often a fair coin falls at least as unevenly, on either side, 0...1.
  package static func chance(_ one: Int, _ other: Int) -> Double {
    let (few, all) = (min(one, other), one + other)
    guard few * 2 < all else { return 1 }
    func factorial(_ count: Int) -> Double { lgamma(Double(count) + 1) }
    let sum = (0...few).reduce(0.0) { sum, count in
      sum + exp(factorial(all) - factorial(count) - factorial(all - count) - Double(all) * log(2))
    }
    return min(1, 2 * sum)
  }
}
