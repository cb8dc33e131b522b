import Networks
import Statistics

extension RunFigure {
  /// The channels of a site; nil while they were not asked for.
  public func channels(of site: Int) -> [ChannelFigure]? {
    findings.answer(.channels(site: site), as: ChannelsFinding.self).map { finding in
      let classes = slopeClasses(of: site)
      return (0..<finding.pairs.channels).map { ChannelFigure(finding, channel: $0, classes: classes) }
    }
  }

  /// One channel of a site; nil while channels were not asked for, and where the site has no such channel.
  public func channel(_ channel: Int, of site: Int) -> ChannelFigure? {
    guard let finding: ChannelsFinding = findings.answer(.channels(site: site)),
      (0..<finding.pairs.channels).contains(channel)
    else { return nil }
    return ChannelFigure(finding, channel: channel, classes: slopeClasses(of: site))
  }

  /// How far a site's slopes depend on the class, η², 0...1; nil where that was not asked for, no image has a label, or
  /// slopes have no variance.
  public func byClass(of site: Int) -> Double? { slopeClasses(of: site)?.share }

  /// What is known of a site's slopes by class, from the question about that site alone, which takes more channels, or
  /// from the one about all.
  private func slopeClasses(of site: Int) -> SlopeClasses? {
    let found = findings.questions.compactMap { question -> SlopeClassesFinding? in
      guard case .slopeClasses(let asked, _) = question, asked ?? site == site else { return nil }
      return findings.answer(question)
    }
    return found.compactMap { $0[site] }.max { ($0.taken, $0.images.count) < ($1.taken, $1.images.count) }
  }
}
