import Networks

/// What a run's images and classes are called. Figures share one: it may hold a million paths.
public final class SourceNames: Sendable, Equatable {
  /// The images' paths by their place in the source's order.
  public let images: [String]
  /// The classes' names; empty where the model has none.
  public let classes: [String]
  /// The class that each image is labelled with, by its place in the source's order; nil where there is none.
  public let labels: [Int?]
  /// How images become the network's input; nil where nobody needs to know.
  public let preprocessing: Preprocessing?

  /// Names.
  public init(images: [String], classes: [String], labels: [Int?] = [], preprocessing: Preprocessing? = nil) {
    self.images = images
    self.classes = classes
    self.labels = labels
    self.preprocessing = preprocessing
  }

  /// An image's path; its number where there is none.
  public func image(_ ordinal: Int) -> String {
    images.indices.contains(ordinal) ? images[ordinal] : "image \(ordinal)"
  }

  /// A class' name; its number where it has none.
  public func label(_ index: Int) -> String { classes.indices.contains(index) ? classes[index] : String(index) }

  /// The name of the class that an image is labelled with; nil where there is none.
  public func labelName(ofImage ordinal: Int) -> String? {
    labels.indices.contains(ordinal) ? labels[ordinal].map(label) : nil
  }

  /// Whether both are the same object: names of one run never change.
  public static func == (one: SourceNames, other: SourceNames) -> Bool { one === other }
}
