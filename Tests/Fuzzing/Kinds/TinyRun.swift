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
  /// Two parts of a run over all images.
  let parts: [SettledRun]
  /// A run over some of these that ended early, and what it has not seen.
  let begun: (run: SettledRun, rest: SettledRun)

  init(folder: String) throws {
    let path = FuzzInput("model.bin", TinyModel().bytes).write(to: folder)
    variant = try Model.load([path]).variants[0]
    let images = ProjectFiles.root.appending(path: "sample-images/bag").path
    let items = Array(try ImageSource(paths: [images], labels: ["bag", "b", "c"]).items.prefix(5))
    let questions = Self.questions(variant.shapes.sites)
    run = try Self.counted(variant, Array(items[..<3]), questions)
    other = try Self.counted(variant, Array(items[2...]), questions)
    parts = try [0, 1].map { [variant] index in
      try Self.counted(variant, items, questions, share: Share(index: index, count: 2))
    }
    begun = try Self.begun(variant, items)
  }

  /// A run that saw two of the images, the middle ones, and one that saw the others.
  private static func begun(
    _ variant: Variant, _ items: [ImageItem]
  ) throws -> (run: SettledRun, rest: SettledRun) {
    func run(without seen: Set<Int>) throws -> SettledRun {
      let pass = try Pass(
        variant, items: items, settings: RunSettings(threads: 1, kernels: .best),
        without: ImageSet(of: seen))
      pass.resume()
      pass.wait()
      return pass.settled(model: "model.bin", variants: [variant.name], subject: Subject(variant: 0))
    }
    var early = try run(without: [0, 3, 4])
    var progress = early.figure.progress
    progress.total = items.count
    progress.state = .stopped
    early.setProgress(progress)
    return (early, try run(without: [1, 2]))
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
    _ variant: Variant, _ items: [ImageItem], _ questions: [[Question]], share: Share? = nil
  ) throws -> SettledRun {
    let settings = RunSettings(threads: 1, share: share, kernels: try .best)
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
