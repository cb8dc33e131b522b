import Figures
import Networks
import Statistics

extension SyntheticRun {
  /// Names of images and classes.
  package static let names = SourceNames(
    images: (0..<1000).map { "class\($0 / 100)/" + String(10_000 + $0).dropFirst() + ".png" },
    classes: (0..<10).map { "class\($0)" }, labels: (0..<1000).map { $0 / 100 },
    preprocessing: Preprocessing(channels: 3, mean: [0, 0, 0], deviation: [1, 1, 1]))

  /// What the changes of a question do to `images` images: the more sites they touch, the more; nil for another
  /// question.
  package static func effects(_ question: Question, images: Int = 400) -> EffectsFinding? {
    guard let whatIfs = question.whatIfs else { return nil }
    var finding = EffectsFinding(whatIfs)
    for ordinal in 0..<images {
      let label = ordinal / 100
      let own = ordinal % 9 == 0 ? (label + 1) % 10 : label
      let changed = whatIfs.enumerated().map { index, whatIf in
        let isMoved = (ordinal * 7 + index * 3) % 60 < whatIf.sites.count
        return logits(of: isMoved ? (own + 9) % 10 : own, by: Float(whatIf.sites.count) / 16)
      }
      finding.add(logits: logits(of: own, by: 0), changed: changed, label: label, ordinal: ordinal)
    }
    return finding
  }

  /// Effects of which some are large, some small, and every third one is for the better; 0.25 points are an image.
  package static func unevenEffects(_ question: Question) -> EffectsFinding? {
    guard let whatIfs = question.whatIfs else { return nil }
    var finding = EffectsFinding(whatIfs)
    for ordinal in 0..<400 {
      let isRight = ordinal >= 40
      let changed = whatIfs.indices.map { index in
        let isHelp = index % 3 == 2
        let isMoved = isRight != isHelp && ordinal % 40 * 7 % 40 < index * 5 % 23
        return logits(of: isRight == isMoved ? 1 : 0, by: 0)
      }
      finding.add(logits: logits(of: isRight ? 0 : 1, by: 0), changed: changed, label: 0, ordinal: ordinal)
    }
    return finding
  }

  private static func logits(of best: Int, by shift: Float) -> [Float] {
    (0..<10).map { $0 == best ? 4 - shift : Float($0) / 16 }
  }
}
