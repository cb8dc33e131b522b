import Figures
import Networks
import Statistics

/// What a report asks of a run beside what every run counts.
public enum ReportQuestions {
  /// Activations whose images are shown.
  private static let mostSites = 3
  /// Images shown of each.
  static let mostImages = 4

  /// The images farthest from what a static ReLU does, at the activations whose slopes vary most.
  public static func images(of run: SettledRun) -> [Question] {
    let dynamic = run.figure.sites.filter { $0.site.activation.isDynamic && $0.site.activation.hasCoefficients }
    let varying = dynamic.compactMap { site in site.dynamicScore.map { (site: site.site.id, score: $0) } }
      .filter { $0.score > 0 }.sorted { ($1.score, $0.site) < ($0.score, $1.site) }
    return varying.prefix(mostSites).map { .extremes(site: $0.site, order: .gain) }
  }

  /// The functions and pictures of the images that a run's answers name first and that are not known yet.
  public static func functions(in run: SettledRun) -> [Question] {
    var questions: [Question] = []
    for group in TellingImages.all(in: run) {
      for image in group.images where TellingImages.finding(of: image.ordinal, in: run) == nil {
        let question = Question.image(ordinal: image.ordinal, site: nil)
        if !questions.contains(question) { questions.append(question) }
      }
    }
    return questions
  }

  /// Every activation that can be changed, and those of each name, frozen at their means and at their initial values;
  /// nil where there is none.
  public static func changes(of sites: [ActivationSite]) -> Question? {
    var changes: [WhatIf] = []
    for order in [AblationOrder.all, .role] {
      for change in [WhatIf.Change.frozen, .isStatic] {
        for ablation in Ablation.list(order, change, of: sites) where !changes.contains(ablation.whatIf) {
          changes.append(ablation.whatIf)
        }
      }
    }
    return changes.isEmpty ? nil : .effects(changes)
  }
}
