import Figures
import Networks
import Statistics
import SyntheticRuns
import Testing

@Suite struct ChannelFilterTests {
  private let channels: [ChannelFigure]

  init() throws {
    let sites = SyntheticRun.sites(functions: 2, isStatic: false)
    let found = try #require(SyntheticRun.late(.channels(site: 1), of: sites) as? ChannelsFinding)
    channels = (0..<found.pairs.channels).map { ChannelFigure(found, channel: $0, classes: nil) }
  }

  private func left(_ text: String) -> [Int] {
    channels.filter { ChannelFilter(text).matches($0) }.map(\.channel)
  }

  private func kinds(_ kinds: FunctionKind...) -> [Int] {
    channels.filter { $0.kind.map(kinds.contains) ?? false }.map(\.channel)
  }

  @Test("Words are beginnings of kinds, and kinds are alternatives")
  func byKind() {
    #expect(left("V") == kinds(.valley) && left("v") == left("V") && left("relu") == kinds(.rectifier))
    #expect(left("v leaky") == kinds(.valley, .leaky) && left("l") == kinds(.linear, .leaky) && left("x") == [])
    #expect(!left("v").isEmpty && !left("leaky").isEmpty && !left("relu").isEmpty)
  }

  @Test("Numbers are channels, alone or of a kind")
  func byNumber() {
    #expect(left("17") == [17] && left("3 1") == [1, 3] && left("900") == [])
    let valley = kinds(.valley)
    #expect(left("v \(valley[1])") == [valley[1]] && left("leaky \(valley[1])") == [])
  }

  @Test("No words leave all")
  func empty() { #expect(left("").count == channels.count && left("  ").count == channels.count) }

  @Test("Kinds are counted, the commonest first, and those without a channel are left out")
  func counts() {
    let found = FunctionKind.counts(channels)
    for kind in FunctionKind.allCases {
      #expect(found.first { $0.kind == kind }?.channels ?? 0 == channels.count { $0.kind == kind })
    }
    #expect(found.map(\.channels) == found.map(\.channels).sorted(by: >) && !found.contains { $0.channels == 0 })
  }
}
