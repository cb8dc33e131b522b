import Figures
import Foundation
import Images
import Kernels
import ModelFiles
import Networks
import Statistics
import Streaming
import TinyModels

/// A run of the tiny network over a few of the sample's images, for what is kept of runs.
struct TinyRun {
  let variant: Variant
  /// The first pass, that all exports come from.
  let run: SettledRun
  /// What it and passes of their own found, about every kind of question.
  let findings: Findings
  /// The same of other images.
  let others: Findings

  init(folder: String) throws {
    let path = FuzzInput("model.bin", TinyModel().bytes).write(to: folder)
    variant = try Model.load([path]).variants[0]
    let images = ProjectFiles.root.appending(path: "sample-images/bag").path
    let items = Array(try ImageSource(paths: [images], labels: ["bag", "b", "c"]).items.prefix(5))
    let questions = Self.questions(variant.shapes.sites)
    (run, findings) = try Self.counted(variant, Array(items[..<3]), questions)
    others = try Self.counted(variant, Array(items[2...]), questions).findings
  }

  private static func questions(_ sites: [ActivationSite]) -> [[Question]] {
    let all: [Question] = [
      .channelDensity(site: 0, channel: 1), .exemplars(site: 0, region: PairRegion()),
      .extremes(site: 1, order: .gain), .channels(site: 0), .slopeClasses(site: nil, classes: 3),
    ]
    return [
      all, [.image(ordinal: 2, site: 0)], [.predictions([2])], [.effects([WhatIf(.isStatic, at: [0], of: sites)])],
    ]
  }

  private static func counted(
    _ variant: Variant, _ items: [ImageItem], _ questions: [[Question]]
  ) throws -> (run: SettledRun, findings: Findings) {
    let settings = RunSettings(threads: 1, kernels: try .best)
    func finished(_ questions: [Question]) throws -> Pass {
      let pass = try Pass(variant, questions: questions, items: items, settings: settings)
      pass.resume()
      pass.wait()
      return pass
    }
    let first = try finished([])
    let sites = variant.shapes.sites
    let standing: Set<Question> = Set(
      [.functions, .classification, .skipped] + sites.map { .density(site: $0.id) })
    var findings = first.findings(standing)
    for together in questions { findings.set(try finished(together).findings(Set(together))) }
    let run = first.settled(model: "model.bin", variants: [variant.name], subject: Subject(variant: 0))
    return (run, findings)
  }
}
