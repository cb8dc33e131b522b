import Networks
import Statistics

/// What a run's images and classes are called. Figures share one: it may hold a million paths.
public final class SourceNames: Sendable, Equatable {
  /// The images whose names are known: all of a source's, or those of a part of it.
  public let ordinals: ImageSet
  /// Their paths, in the source's order.
  public let images: [String]
  /// The classes' names; empty where the model has none.
  public let classes: [String]
  /// The class that each of ``images`` is labelled with; nil where there is none. Empty where nobody needs to know.
  public let labels: [Int?]
  /// How images become the network's input; nil where nobody needs to know.
  public let preprocessing: Preprocessing?

  /// Names.
  ///
  /// - Parameters:
  ///   - ordinals: Which images of the source `images` are; by default the first ones.
  public init(
    images: [String], classes: [String], labels: [Int?] = [], preprocessing: Preprocessing? = nil,
    ordinals: ImageSet? = nil
  ) {
    self.ordinals = ordinals ?? ImageSet(0..<images.count)
    precondition(self.ordinals.count == images.count, "a name for each image")
    self.images = images
    self.classes = classes
    self.labels = labels
    self.preprocessing = preprocessing
  }

  /// An image's path; its number where there is none.
  public func image(_ ordinal: Int) -> String { ordinals.place(of: ordinal).map { images[$0] } ?? "image \(ordinal)" }

  /// A class' name; its number where it has none.
  public func label(_ index: Int) -> String { classes.indices.contains(index) ? classes[index] : String(index) }

  /// The place of the one image whose path is, or ends in, what was asked for; nil where none or several are.
  public func ordinal(of path: String) -> Int? {
    let matches = Self.places(of: path, in: images)
    return matches.count == 1 ? ordinals.ordinal(at: matches[0]) : nil
  }

  /// The places of the paths that are, or else of those that end in, what was asked for.
  public static func places(of path: String, in paths: some RandomAccessCollection<String>) -> [Int] {
    func places(where isMatch: (String) -> Bool) -> [Int] {
      paths.enumerated().compactMap { isMatch($1) ? $0 : nil }
    }
    let exact = places { $0 == path }
    return exact.isEmpty ? places { $0.hasSuffix("/" + path) } : exact
  }

  /// The name of the class that an image is labelled with; nil where there is none.
  public func labelName(ofImage ordinal: Int) -> String? {
    guard let place = ordinals.place(of: ordinal), labels.indices.contains(place) else { return nil }
    return labels[place].map(label)
  }

  /// Whether both are the same object: names of one run never change.
  public static func == (one: SourceNames, other: SourceNames) -> Bool { one === other }
}

extension SourceNames {
  /// Both as one: these where both name the same images, else the names of all.
  ///
  /// - Throws: ``FindingMismatch`` where classes or preprocessing differ, or some images have two names.
  func merged(with other: SourceNames) throws(FindingMismatch) -> SourceNames {
    guard classes == other.classes, preprocessing == other.preprocessing else {
      throw FindingMismatch("classes or preprocessing of two runs differ")
    }
    if ordinals == other.ordinals, images == other.images, labels == other.labels { return self }
    guard ordinals.isDisjoint(with: other.ordinals),
      images.isEmpty || other.images.isEmpty || labels.isEmpty == other.labels.isEmpty
    else {
      throw FindingMismatch("images \(ordinals.intersection(other.ordinals)) have two names")
    }
    return joined([self, other])
  }

  /// The same classes and preprocessing, without an image.
  package var withoutImages: SourceNames { SourceNames(images: [], classes: classes, preprocessing: preprocessing) }

  /// The images of some names, none of which two have, under these classes: each is copied once, however many parts
  /// there are.
  package func joined(_ parts: [SourceNames]) -> SourceNames {
    var (paths, classes) = ([String](), [Int?]())
    paths.reserveCapacity(parts.reduce(0) { $0 + $1.images.count })
    for piece in parts.flatMap(\.pieces).sorted(by: { $0.first < $1.first }) {
      paths += piece.names.images[piece.places]
      if !piece.names.labels.isEmpty { classes += piece.names.labels[piece.places] }
    }
    return SourceNames(
      images: paths, classes: self.classes, labels: classes, preprocessing: preprocessing,
      ordinals: parts.reduce(ImageSet()) { $0.union($1.ordinals) })
  }

  /// Its ranges of images: the first image of each, and where their names are.
  private var pieces: [(first: Int, names: SourceNames, places: Range<Int>)] {
    var before = 0
    return ordinals.ranges.map { range in
      defer { before += range.count }
      return (range.lowerBound, self, before..<before + range.count)
    }
  }
}
