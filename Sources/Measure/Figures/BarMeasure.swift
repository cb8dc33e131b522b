import Networks
import Statistics

/// What the bars of a chart of a network's sites measure.
package enum BarMeasure: Sendable, Equatable, CaseIterable {
  /// |a1 - a2| of a site: Fig. 3 (bottom).
  case slopeDifference
  /// How far its slopes vary over the images.
  case dynamic
  /// The share of the variance of its slopes that lies between the images' classes.
  case byClass
  /// What the network loses where its slopes and intercepts are frozen at their means: points of top-1; without labels
  /// the share of images that get another class, in per cent.
  case effect

  /// The one after it, round and round.
  package var next: Self {
    let all = Self.allCases
    return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
  }

  /// The least upper end of an axis, so that noise does not fill it.
  var leastTop: Double {
    switch self {
    case .slopeDifference: 0.25
    case .dynamic, .byClass: 0.0625
    case .effect: 1
    }
  }

  /// The bar of a site; nil where it is not known, or where there is no such number.
  func value(of figure: SiteFigure, in run: RunFigure?) -> SiteChart.Value? {
    switch self {
    case .slopeDifference:
      figure.slopeDifference.map { SiteChart.Value($0.mean, spread: $0.p10 <= $0.p90 ? $0.p10...$0.p90 : nil) }
    case .dynamic: figure.dynamicScore.map { SiteChart.Value($0) }
    case .byClass: run?.byClass(of: figure.site.id).map { SiteChart.Value($0) }
    case .effect: run?.loss(frozenAt: figure.site.id).map { SiteChart.Value($0) }
    }
  }

  /// Whether an activation has such a number.
  func applies(to activation: Activation) -> Bool {
    switch self {
    case .slopeDifference: activation.slopeDifferenceAbsence == nil
    case .dynamic: activation.hasCoefficients
    case .byClass: activation.hasCoefficients && activation.isDynamic
    case .effect: WhatIf.Change.frozen.applies(to: activation)
    }
  }

  /// Why there is no bar at all, before the kinds of activation that there are.
  var absence: String {
    switch self {
    case .slopeDifference: "no slopes to compare"
    case .dynamic: "no slopes"
    case .byClass, .effect: "no slopes that are computed from the image"
    }
  }
}

extension BarMeasure {
  /// What the chart is called, in the words of help and files.
  ///
  /// - Parameters:
  ///   - unit: What has a bar each: `block`, `activation`.
  ///   - isLabelled: Whether images have labels, so that there is a top-1.
  ///   - isWide: Whether there is room for whole words.
  package func title(by unit: String, isLabelled: Bool, isWide: Bool) -> String {
    switch self {
    case .slopeDifference: (isWide ? "slope difference " : "") + "|a1-a2| by \(unit)"
    case .dynamic: "\(Measure.dynamicScore.title) by \(unit)"
    case .byClass: "\(Measure.byClassTitle), \(unit) by \(unit)"
    case .effect where !isLabelled:
      isWide ? "images changed when frozen at mean, by \(unit)" : "changed when frozen, by \(unit)"
    case .effect: isWide ? "top-1 as trained minus frozen at mean, by \(unit)" : "top-1 lost when frozen, by \(unit)"
    }
  }

  /// The unit, and what else there is room to say; nil for nothing.
  package func note(isLabelled: Bool, isWide: Bool) -> String? {
    switch self {
    case .slopeDifference: isWide ? "mean, p10-p90" : nil
    case .dynamic: isWide ? Measure.dynamicScore.help : nil
    case .byClass: isWide ? Measure.byClassHelp : nil
    case .effect: isLabelled ? "points" : "%"
    }
  }
}

extension RunFigure {
  /// What the network loses where one site is frozen at its means: top-1 as trained minus top-1 so, in points; without
  /// labels the share of images that get another class, in per cent. Nil where that was not asked for.
  public func loss(frozenAt site: Int) -> Double? {
    let found = findings.questions.filter { $0.whatIfs != nil }.compactMap {
      findings.answer($0, as: EffectsFinding.self)
    }
    let pairs = found.compactMap { finding in
      finding.effects.first { $0.whatIf.change == .frozen && $0.whatIf.sites == [site] }.map { (finding, $0) }
    }
    guard let (finding, effect) = pairs.max(by: { $0.0.images < $1.0.images }) else { return nil }
    guard let before = finding.unchanged.top1, let after = effect.classification.top1 else {
      return finding.images == 0 ? nil : 100 * Double(effect.changedCount) / Double(finding.images)
    }
    return 100 * (before - after)
  }
}
