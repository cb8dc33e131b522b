import Networks
import Statistics

/// What two saved runs must have in common to be parts of one, or one the continuation of the other.
public struct RunIdentity: Sendable {
  /// What it is called, and what it is, in words.
  public typealias Fact = (name: String, value: String)

  /// A fact that is another one of another run.
  public struct Difference: Sendable {
    /// What it is called.
    public let name: String
    /// The part of its value that differs.
    public let own: String
    /// The same of the other run's.
    public let other: String
  }

  /// In the order in which they are compared.
  private let facts: [Fact]

  /// What a run is of. What was found is not among it.
  public init(_ saved: SavedRun) {
    let first = saved.runs.first
    let part = saved.part
    var facts: [Fact] = [
      ("program", saved.origin.program),
      ("model", saved.origin.model.map { "\($0.name) (SHA-256 \($0.sha256))" }.joined(separator: ", ")),
      ("list of images", "one with the SHA-256 \(saved.origin.images)"),
      ("number of shares", "\(part?.count ?? 1)"),
      ("number of images", "\(part?.total ?? first?.figure.progress.total ?? 0)"),
      ("instruction set", first?.instructionSet ?? "none"),
      ("choice of elements", first?.isExact == true ? "--exact" : "the usual one"),
    ]
    for run in saved.runs {
      let name = run.figure.variant + (run.figure.subject.changes.isEmpty ? "" : " with changes")
      facts += Self.facts(of: run).map { ("\($0.name) of \(name)", $0.value) }
    }
    self.facts = facts
  }

  private static func facts(of run: SettledRun) -> [Fact] {
    let figure = run.figure
    let sites = figure.sites.map { "\($0.site.node) \($0.site.shape.text) \($0.site.activation)" }
    let folders = figure.listing.unlabelled.map { "\($0.path) (\($0.images) images)" }
    let others = figure.listing.otherFiles.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return [
      ("activations", "\(sites.count): " + sites.joined(separator: "; ")),
      ("classes", (figure.names?.classes ?? []).joined(separator: ", ")),
      ("preprocessing", figure.names?.preprocessing.map { "\($0)" } ?? "none"),
      ("folders without a class", folders.isEmpty ? "none" : folders.joined(separator: ", ")),
      ("source of classes", figure.listing.matchingWords ?? "the folders' names"),
      ("other files", others.isEmpty ? "none" : others.joined(separator: ", ")),
    ]
  }

  /// What the choice of elements and the split in shares have no part in: means of coefficients, for example.
  public static let waysOfCounting: Set<String> = ["choice of elements", "number of shares"]

  /// The first fact that both have and that differs, with the part of both values that does; nil where all are the
  /// same, those aside that are `ignored`.
  public func difference(
    from other: RunIdentity, ignoring ignored: Set<String> = []
  ) -> Difference? {
    let values = Dictionary(other.facts.map { ($0.name, $0.value) }) { first, _ in first }
    for fact in facts where !ignored.contains(fact.name) {
      guard let value = values[fact.name], value != fact.value else { continue }
      let (own, theirs) = Self.excerpts(fact.value, value)
      return Difference(name: fact.name, own: own, other: theirs)
    }
    return nil
  }

  /// Two values that differ, long ones from a little before the difference.
  private static func excerpts(_ one: String, _ other: String) -> (String, String) {
    let most = 110
    guard max(one.count, other.count) > most else { return (one, other) }
    let common = zip(one, other).prefix { $0 == $1 }.count
    let start = max(0, common - 30)
    func excerpt(_ text: String) -> String {
      let rest = text.dropFirst(start)
      return (start > 0 ? "…" : "") + rest.prefix(most) + (rest.count > most ? "…" : "")
    }
    return (excerpt(one), excerpt(other))
  }
}
