import Figures
import Images
import Networks
import PlainText
import Streaming

/// The images of a run without a screen. What may make its results doubtful is told on standard error.
struct HeadlessImages {
  /// What the source is called in messages.
  let name: String
  /// The images of the run.
  let items: [ImageItem]
  /// All images of the source; those of the run come first.
  let all: [ImageItem]
  /// What is known about the source besides.
  let listing: SourceListing

  /// Lists the images, of which the run takes the first `limit`.
  init(_ catalog: ImageCatalog, labels: [String], limit: Int? = nil) throws {
    self.init(try catalog.source(labels: labels), name: catalog.request.name, limit: limit)
  }

  /// Those of a source that was listed.
  init(_ source: ImageSource, name: String, limit: Int? = nil) {
    listing = source.listing
    for doubt in listing.doubts { Console.note("warning: \(name): \(doubt)") }
    for words in [listing.matchingWords, listing.hasOtherPictures ? listing.otherFilesWords : nil] {
      if let words { Console.note("\(name): \(words)") }
    }
    self.name = name
    all = source.items
    items = Array(all.prefix(limit ?? .max))
  }

  /// The place of the one image, of all, whose path is, or ends in, what was asked for.
  func ordinal(of image: String) throws -> Int {
    let exact = all.indices.filter { all[$0].relativePath == image }
    let matches = exact.isEmpty ? all.indices.filter { all[$0].relativePath.hasSuffix("/" + image) } : exact
    guard matches.count < 2 else {
      let names = matches.prefix(3).map { all[$0].relativePath }.joined(separator: ", ")
      throw Failure(
        "\(name): \(matches.count) images end in \(image.escaped): \(names.escaped), ...; name one of them")
    }
    guard let match = matches.first else {
      throw Failure(
        "\(name): none of the \(all.count) images is \(image.escaped), by its path below the folder")
    }
    return match
  }

  /// How many classes the images are labelled with; nil where none has a class.
  func classes(of variant: Variant) -> Int? {
    items.contains { $0.label != nil } ? variant.labels.count : nil
  }

  /// What tables call an image.
  func imageName(_ ordinal: Int, labels: [String]) -> ImageName {
    let item = items[ordinal]
    return ImageName(path: item.relativePath, label: item.label.map { labels[$0] })
  }

  /// An error where no image was seen.
  func check(seen: Int) throws {
    guard seen > 0 else { throw Failure("\(name): none of the \(items.count) images could be read") }
  }
}

extension Pass {
  /// Runs all images, with a progress line if standard error is a terminal; an error at the image that ends a strict
  /// run.
  func runHeadless() throws -> RunProgress {
    let line = ProgressLine()
    var progress = RunProgress(self, imagesPerSecond: nil)
    runToEnd { latest in
      progress = latest
      line.show(latest, of: variant.name)
    }
    line.clear()
    if let failureText { throw Failure(failureText) }
    if let shortage { Console.note("warning: \(shortage)") }
    return progress
  }
}
