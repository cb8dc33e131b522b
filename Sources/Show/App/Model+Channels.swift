import Figures
import Statistics
import Terminal

/// What screens on channels ask and say.
extension Model {
  /// The questions about all channels of the site that is looked at: what they do, where the model has classes also how
  /// far that depends on the class, and the site's density, which says what range of x matters.
  var channelQuestions: Set<Question> {
    guard let site = site?.site else { return [] }
    var questions: Set<Question> = [.channels(site: site.id), .density(site: site.id)]
    if let classes = classCount, site.activation.isDynamic {
      questions.insert(.slopeClasses(site: site.id, classes: classes))
    }
    return questions
  }

  /// How many classes the model has; nil without any, and before the images are listed.
  var classCount: Int? { live?.names.flatMap { $0.classes.isEmpty ? nil : $0.classes.count } }

  /// The channels of the site that is looked at; empty before they are known.
  var channels: [ChannelFigure] { site.flatMap { shown?.channels(of: $0.site.id) } ?? [] }

  /// The columns of the list of those channels; nil without a site.
  func channelColumns(
    _ order: ChannelOrder, isWide: Bool = true, capabilities: Capabilities = Capabilities(unicode: false, colors: .none)
  ) -> ChannelColumns? {
    guard let site = site?.site else { return nil }
    return ChannelColumns(
      of: site.activation, viewport: viewport(of: site.id), hasClasses: classCount != nil, isWide: isWide,
      sorting: order.sorting, capabilities: capabilities)
  }

  /// Those of the channels that a list leaves, in its order.
  func channels(_ order: ChannelOrder) -> [ChannelFigure] { channels(order, of: channels) }

  /// Those of all channels that a list leaves, in its order.
  func channels(_ order: ChannelOrder, of all: [ChannelFigure]) -> [ChannelFigure] {
    channelColumns(order).map { order.rows(all, by: $0) } ?? []
  }

  /// The row of the channel that is looked at, or the first; nil for an empty list.
  func channelRow(in channels: [ChannelFigure]) -> Int? {
    channels.isEmpty ? nil : channels.firstIndex { $0.channel == channel } ?? 0
  }

  /// Looks at the channel some rows further in a list.
  mutating func stepChannels(_ step: Int, in order: ChannelOrder) {
    let channels = channels(order)
    guard let row = channelRow(in: channels) else { return }
    channel = channels[min(max(row + step, 0), channels.count - 1)].channel
  }

  /// How far the passes are that some questions take, `640 of 1,000 images`: the one that has the workers, or what the
  /// first of them waits for; nil when all are through.
  func progress(of questions: Set<Question>) -> String? {
    let running = questions.filter { live?.late[$0]?.state == .running }
    guard let question = running.max(by: { done($0) < done($1) }), let pass = live?.late[question] else { return nil }
    return pass.done == 0 && question.needs.contains(.functions) ? "after the first pass" : pass.words
  }

  private func done(_ question: Question) -> Int { live?.late[question]?.done ?? 0 }
}

extension RunProgress {
  /// `640 of 1,000 images`; nil at the end.
  var words: String? {
    guard state == .running else { return nil }
    return done > 0 ? "\(NumberText.grouped(done)) of \(NumberText.grouped(total)) images" : "waiting for images"
  }
}
