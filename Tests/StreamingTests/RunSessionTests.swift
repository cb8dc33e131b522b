import Figures
import Foundation
import Kernels
import ModelFiles
import Networks
import Statistics
import Streaming
import Testing

@Suite struct RunSessionTests {
  private let model: Model

  init() throws { model = try SampleImages.model() }

  private func session(_ path: String, threads: Int = 2, strict: Bool = false) throws -> RunSession {
    RunSession(
      model, images: [path], settings: RunSettings(threads: threads, strict: strict, kernels: try .best))
  }

  /// Asks until the subject's first pass is through or has failed, and so are its late ones.
  private func lastFigure(_ session: RunSession, _ subject: Subject, _ questions: Set<Question> = []) -> RunFigure {
    while true {
      let figure = session.ask(subject, questions)
      if figure.progress.state != .running && figure.late.values.allSatisfy({ $0.state != .running }) {
        return session.ask(subject, questions)
      }
      Thread.sleep(forTimeInterval: 0.001)
    }
  }

  @Test("Before the first image a figure has every site and counts nothing")
  func waiting() throws {
    let session = try session(try SampleImages(1).path)
    let figure = session.ask(Subject(variant: 2), [.density(site: 0)])
    #expect(figure.subject == Subject(variant: 2) && figure.variants == model.variants.map(\.name))
    #expect(figure.sites.map(\.site) == model.variants[2].shapes.sites && figure.findings == Findings())
    #expect(figure.sites.allSatisfy { $0.images == 0 } && figure.progress.state == .running)
    session.stop()
  }

  @Test("The last figure shows what the run counted", arguments: [1, 2, 3])
  func finished(threads: Int) throws {
    let images = try SampleImages(11, broken: [6])
    let session = try session(images.path, threads: threads)
    let figure = lastFigure(session, Subject(variant: 1), [.density(site: 4), .skipped])
    session.stop()
    let run = try #require(session.settled().first)
    #expect(figure.progress.state == .done && figure.progress.done == 10 && figure.progress.skipped == 1)
    #expect(run.figure.subject.variant == 1 && run.figure.classification.images == 10)
    #expect(figure.sites == run.figure.sites && figure.skipped == run.figure.skipped)
    #expect(figure.progress.top1 == run.figure.classification.top1)
    let density: DensityFinding = try #require(figure.findings.answer(.density(site: 4)))
    #expect(density.images == 10 && run.finding(.density(site: 4)).map { density.equals($0) } == true)
    #expect(figure.density(of: 4) == run.density(of: 4) && figure.density(of: 5) == nil)
    #expect(session.skipped == run.figure.skipped && session.failure == nil)
  }

  @Test("Every answer is given between batches: all sites have seen the same images")
  func answersAreWhole() throws {
    let images = try SampleImages(60)
    let session = try session(images.path)
    var figure = session.ask(Subject(variant: 0), [])
    while figure.progress.state == .running {
      figure = session.ask(Subject(variant: 0), [])
      #expect(Set(figure.sites.map(\.images)).count == 1)
    }
    session.stop()
    #expect(figure.progress.done == 60)
  }

  @Test("A variant that loses the workers keeps what it counted and goes on later")
  func switching() throws {
    let images = try SampleImages(40, broken: [8])
    let session = try session(images.path)
    for variant in [1, 3, 1, 3] {
      _ = session.ask(Subject(variant: variant), [])
      Thread.sleep(forTimeInterval: 0.005)
    }
    #expect(lastFigure(session, Subject(variant: 3)).subject.variant == 3)
    #expect(lastFigure(session, Subject(variant: 1)).progress.done == 39)
    session.stop()
    let runs = session.settled()
    #expect(runs.map(\.figure.subject.variant) == [1, 3])
    for run in runs {
      let variant = model.variants[run.figure.subject.variant]
      let pass = try Pass(
        variant, items: try images.items(variant), settings: RunSettings(threads: 1, kernels: .best))
      #expect(run.equals(pass.finished()))
    }
  }

  @Test("A question that comes late is answered by a pass of its own over all images, on any number of threads")
  func lateQuestion() throws {
    let images = try SampleImages(21, broken: [3])
    let variant = model.variants[1]
    let site = variant.shapes.sites[4]
    let question = Question.channelDensity(site: 4, channel: 1)
    var answers: [DensityFinding] = []
    for threads in [1, 2] {
      let session = try session(images.path, threads: threads)
      _ = lastFigure(session, Subject(variant: 1))
      let figure = lastFigure(session, Subject(variant: 1), [question])
      answers.append(try #require(figure.findings.answer(question)))
      session.stop()
    }
    #expect(answers[0] == answers[1] && answers[0].images == 20)
    #expect(answers[0].grid.total == UInt64(20 * site.shape.positions))
    // The channels of a site that is counted whole add up to the site.
    let exact = try Pass(
      variant, items: try images.items(variant), settings: RunSettings(threads: 1, exact: true, kernels: .best)
    ).finished()
    let session = try session(images.path)
    let questions = (0..<site.shape.channels).map { Question.channelDensity(site: 4, channel: $0) }
    var whole: DensityGrid?
    for question in questions {
      let figure = lastFigure(session, Subject(variant: 1), [question])
      let grid = try #require(figure.findings.answer(question, as: DensityFinding.self)?.grid)
      if whole == nil { whole = grid } else { whole?.merge(grid) }
    }
    session.stop()
    #expect(whole == exact.density(of: 4))
  }

  @Test("A late question takes the workers and gives them back when it is asked no more")
  func lateQuestionTakesWorkers() throws {
    let images = try SampleImages(120)
    let session = try session(images.path)
    let question = Question.channelDensity(site: 0, channel: 0)
    let first = lastFigure(session, Subject(variant: 0), [question])
    #expect(first.progress.done == 120 && first.findings[question]?.images == 120)
    let settled = try #require(session.settled().first)
    #expect(settled.figure.sites.allSatisfy { $0.images == 120 } && settled.finding(question)?.images == 120)
    session.stop()
  }

  @Test("A subject with a change at a site is another run, and the change is what is observed there")
  func changedSubject() throws {
    let images = try SampleImages(12)
    let site = model.variants[1].shapes.sites[4]
    let constants = ConstantCoefficients(slopes: [[0.5], [-0.25]], intercepts: [[0], [0.125]])
    let changed = Subject(variant: 1, changes: [4: .constant(constants)])
    let session = try session(images.path)
    let trained = lastFigure(session, Subject(variant: 1))
    let figure = lastFigure(session, changed)
    session.stop()
    #expect(figure.subject == changed && figure.progress.done == 12)
    #expect(figure.sites[4].slopes == [0.5, -0.25].map { MeanDeviation(mean: $0, deviation: 0) })
    #expect(
      figure.sites[4].outputAtHalf == DistributionFigure(mean: 0.25, deviation: 0, p10: 0.25, p50: 0.25, p90: 0.25))
    #expect(figure.sites[..<4].elementsEqual(trained.sites[..<4]) && figure.sites[5] != trained.sites[5])
    #expect(site.activation.functions == 2)
  }

  @Test("A change that does not fit its site, and a channel that is not there, are failures that name the node")
  func misfits() throws {
    let images = try SampleImages(2)
    let rows = ConstantCoefficients(slopes: [[1]], intercepts: [[0]])
    let session = try session(images.path)
    let changed = Subject(variant: 1, changes: [4: .constant(rows)])
    guard case .failed(let reason) = lastFigure(session, changed).progress.state else {
      Issue.record("a change of one function fits a site of two")
      return
    }
    #expect(reason.contains(model.variants[1].shapes.sites[4].node) && reason.contains("2 rows"))
    session.stop()
  }

  @Test("A late question that cannot be answered says why, and the run goes on")
  func unanswerable() throws {
    let images = try SampleImages(2)
    let session = try session(images.path)
    let node = model.variants[1].shapes.sites[4].node
    let questions: [Question: String] = [
      .channelDensity(site: 4, channel: 9999): node, .channelDensity(site: 999, channel: 0): "site 999",
    ]
    let figure = lastFigure(session, Subject(variant: 1), Set(questions.keys))
    session.stop()
    for (question, name) in questions {
      #expect(figure.failure(of: question)?.contains(name) == true && figure.findings[question] == nil)
    }
    #expect(figure.answers(Set(questions.keys)) && figure.progress.done == 2)
    #expect(figure.classification.images == 2)
  }

  @Test("Stopping waits for the workers: nothing is counted afterwards")
  func stopping() throws {
    let images = try SampleImages(60)
    let session = try session(images.path)
    let subject = Subject(variant: 0)
    while session.ask(subject, []).progress.done == 0 {}
    session.stop()
    let counted = session.ask(subject, []).progress.done
    Thread.sleep(forTimeInterval: 0.02)
    #expect(session.ask(subject, []).progress.done == counted)
    #expect(session.settled().first?.figure.classification.images == counted)
  }

  @Test("A strict session ends at the first broken image and says which")
  func strict() throws {
    let images = try SampleImages(20, broken: [9, 12])
    let session = try session(images.path, strict: true)
    let figure = lastFigure(session, Subject(variant: 0))
    session.stop()
    let failure = try #require(session.failure)
    #expect(failure.hasSuffix("bag/09.png: truncated PNG file"))
    guard case .failed = figure.progress.state else {
      Issue.record("the figure says \(figure.progress.state)")
      return
    }
  }

  @Test("Images that are not there are a failure on screen, not a crash")
  func missingImages() throws {
    let session = try session("/nowhere/images")
    let figure = lastFigure(session, Subject(variant: 0))
    #expect(figure.progress.state == .failed(try #require(session.failure)))
    #expect(session.failure?.contains("/nowhere/images") == true && session.settled().isEmpty)
    session.stop()
  }

  @Test("Two subjects that are asked for together are both answered, as each is alone")
  func together() throws {
    let images = try SampleImages(20)
    let session = try session(images.path)
    let requests = [
      RunRequest(Subject(variant: 1), [.density(site: 4)]), RunRequest(Subject(variant: 0), [.density(site: 2)]),
    ]
    var figures = session.ask(requests)
    while figures.contains(where: { $0.progress.state == .running }) {
      Thread.sleep(forTimeInterval: 0.001)
      figures = session.ask(requests)
    }
    figures = session.ask(requests)
    session.stop()
    #expect(figures.map(\.subject.variant) == [1, 0])
    for (request, figure) in zip(requests, figures) {
      let alone = try self.session(images.path)
      let own = lastFigure(alone, request.subject, request.questions)
      #expect(figure.sites == own.sites && figure.findings == own.findings && figure.progress.done == 20)
      alone.stop()
    }
  }

  @Test("A changed network is counted beside the unchanged one, and one alone is kept")
  func changed() throws {
    let images = try SampleImages(6)
    let session = try session(images.path)
    func subject(_ site: Int) -> Subject { Subject(variant: 1, changes: [site: .noIntercepts]) }
    for site in [2, 3, 4] {
      let figure = lastFigure(session, subject(site))
      #expect(figure.progress.done == 6 && figure.subject == subject(site))
    }
    #expect(session.settled().map(\.figure.subject) == [subject(4)])
    session.stop()
  }

  @Test("Some images' classes are those that a run gives them, and cost less than a pass over all")
  func predictions() throws {
    let images = try SampleImages(12, broken: [3])
    let session = try session(images.path)
    let question = Question.predictions([1, 3, 7])
    let figure = lastFigure(session, Subject(variant: 1), [question, .image(ordinal: 7, site: nil)])
    let found: PredictionsFinding = try #require(figure.findings.answer(question))
    #expect(Set(found.byImage.keys) == [1, 7] && figure.late[question]?.total == 3)
    let image: ImageFinding = try #require(figure.findings.answer(.image(ordinal: 7, site: nil)))
    #expect(found.byImage[7]?.best == image.best(1).first?.index && found.byImage[7]?.label == image.label)
    #expect(found.byImage[7]?.probability == image.best(1).first?.probability)
    session.stop()
  }
}
