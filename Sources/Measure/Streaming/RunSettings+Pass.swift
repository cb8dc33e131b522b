import Inference
import Networks
import PlainText
import Statistics
import SystemMemory
import Threads

extension RunSettings {
  /// What a first pass counts with, empty.
  func statistics(_ sites: [ActivationSite], changed: Set<Int>) -> ActivationStatistics {
    ActivationStatistics(
      sites: sites, selection: ElementSelection(sites, exact: exact), changed: changed, kernels: kernels)
  }

  /// What one worker's statistics take at the most.
  private func statisticsBytes(_ sites: [ActivationSite], _ questions: [Question], images: Int) -> Int {
    let late = questions.filter { $0 != .functions }
    let others = late.reduce(0) { $0 + StatisticsMemory($1, of: sites).bytes }
    guard questions.isEmpty || late.count < questions.count else { return others }
    let selection: ElementSelection = questions.isEmpty ? ElementSelection(sites, exact: exact) : .nothing
    return others + StatisticsMemory(sites: sites, images: images, selection: selection).bytes
  }

  /// Why the statistics cannot be taken into memory; nil where they can.
  func memoryProblem(
    _ sites: [ActivationSite], _ questions: [Question], images: Int, workers: Int
  ) -> String? {
    let each = statisticsBytes(sites, questions, images: images)
    // All workers' are merged into one more.
    let (total, overflow) = each.multipliedReportingOverflow(by: workers + 1)
    guard overflow || total > statisticsBytes else { return nil }
    let threads = statisticsBytes / max(each, 1) - 1
    return
      "the statistics of \(sites.count) activations take up to \(ByteText.of(each)) for each thread and once "
      + "more, but at most \(ByteText.of(statisticsBytes)) are taken, half of this machine's memory; "
      + (threads < 1 ? "that is too much for one thread" : "--threads \(threads) would do")
  }

  /// Why a pass whose workers are made cannot run: what threads and histograms take from then on comes in small parts,
  /// whose failure nothing survives. Nil where it can.
  func growthProblem(_ sites: [ActivationSite], workers: Int) -> String? {
    let bytes = StatisticsMemory.growth(sites) * (workers + 1) + WorkerThread.stackBytes * workers
    guard !SystemMemory.hasRoom(for: bytes) else { return nil }
    return
      "out of memory: \(workers) threads and their statistics take \(ByteText.of(bytes)) more; fewer --threads take less"
  }

  /// What one worker does with each image.
  func counter(
    _ plan: Plan, changes: [Int: SiteChange], _ questions: [Question], known: Findings
  ) throws(GraphError) -> any ImageCounter {
    if let whatIfs = questions.first?.whatIfs {
      precondition(questions.count == 1, "changed networks have a pass of their own")
      var variations: [[Int: SiteChange]] = []
      for whatIf in whatIfs { variations.append(try whatIf.changes(of: plan.sites, known: known)) }
      return ComparedRun(Comparison(plan, variations: variations), whatIfs)
    }
    let observer: any FindingObserver =
      try questions.observer(of: plan.sites, kernels: kernels) ?? statistics(plan.sites, changed: Set(changes.keys))
    let last = questions.lastSite.map { plan.sites[$0] }
    return ObservedRun(Executor(plan, changes: changes, through: last), observer: observer)
  }
}
