import Figures
import Foundation
import Images
import Kernels
import ModelFiles
import Networks
import Statistics
import Streaming
import TinyModels

/// Runs of the tiny network over a few of the sample's images, for what is kept of runs.
struct TinyRun {
  let variant: Variant
  /// What was found about every kind of question.
  let run: SettledRun
  /// The same of other images.
  let other: SettledRun

  init(folder: String) throws {
    let path = FuzzInput("model.bin", TinyModel().bytes).write(to: folder)
    variant = try Model.load([path]).variants[0]
    let images = ProjectFiles.root.appending(path: "sample-images/bag").path
    let items = Array(try ImageSource(paths: [images], labels: ["bag", "b", "c"]).items.prefix(5))
    let questions = Self.questions(variant.shapes.sites)
    run = try Self.counted(variant, Array(items[..<3]), questions)
    other = try Self.counted(variant, Array(items[2...]), questions)
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
  ) throws -> SettledRun {
    let settings = RunSettings(threads: 1, kernels: try .best)
    func finished(_ questions: [Question]) throws -> Pass {
      let pass = try Pass(variant, questions: questions, items: items, settings: settings)
      pass.resume()
      pass.wait()
      return pass
    }
    var run = try finished([]).settled(
      model: "model.bin", variants: [variant.name], subject: Subject(variant: 0))
    for together in questions { run.add(try finished(together), together) }
    return run
  }
}
