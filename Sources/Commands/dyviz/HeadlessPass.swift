import Figures
import Images
import Networks
import PlainText
import Streaming

/// The images of a run without a screen. What may make its results doubtful is told on standard error.
struct HeadlessImages {
  /// What the source is called in messages.
  let name: String
  /// All images, and what is known about the source besides.
  let source: ImageSource
  /// The images of the run.
  let items: [ImageItem]

  /// All images of the source; those of the run come first.
  var all: [ImageItem] { source.items }
  /// What is known about the source besides.
  var listing: SourceListing { source.listing }

  /// Lists the images, of which the run takes the first `limit`.
  init(_ catalog: ImageCatalog, labels: [String], limit: Int? = nil) throws {
    self.init(try catalog.source(labels: labels), name: catalog.request.name, limit: limit)
  }

  /// Those of a source that was listed.
  init(_ source: ImageSource, name: String, limit: Int? = nil) {
    let listing = source.listing
    for warning in listing.warnings { Console.note("warning: \(name): \(warning)") }
    for words in [listing.matchingWords, listing.hasOtherPictures ? listing.otherFilesWords : nil] {
      if let words { Console.note("\(name): \(words)") }
    }
    self.name = name
    self.source = source
    items = Array(source.items.prefix(limit ?? .max))
  }

  /// The place of the one image, of all, whose path is, or ends in, what was asked for.
  func ordinal(of image: String) throws -> Int {
    let matches = SourceNames.places(of: image, in: all.lazy.map(\.relativePath))
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

  /// An error where no image was seen, but for a share of the images, which may have none that can be read.
  func check(seen: Int, of settings: RunSettings? = nil) throws {
    guard seen > 0 || settings?.part(of: all.count) != nil else {
      throw Failure("\(name): none of the \(items.count) images could be read")
    }
  }
}

extension Pass {
  /// Runs all images, with a progress line if standard error is a terminal; an error at the image that ends a strict
  /// run.
  ///
  /// - Parameters:
  ///   - earlier: How far an earlier pass was whose images this one leaves out.
  ///   - keep: Who keeps what is known meanwhile; nil where nobody does.
  /// - Throws: ``RunKeeping/interrupted`` where a signal asked for the end, once what is known is kept.
  func runHeadless(after earlier: RunProgress? = nil, keep: PassKeeping? = nil) throws -> RunProgress {
    let line = ProgressLine()
    var progress = RunProgress(self, imagesPerSecond: nil)
    var problem: (any Error)?
    runToEnd(reportingEvery: keep?.keeping.longestWait ?? 0.2) { latest in
      progress = latest
      line.show(latest.after(earlier), of: variant.name)
      guard let keep, !isFinished, problem == nil else { return }
      do {
        if keep.keeping.isToEnd { pause() } else { try keep.keeping.keepIfDue(keep.run) }
      } catch {
        problem = error
        end()
      }
    }
    line.clear()
    if let problem { throw problem }
    if let failureText { throw Failure(failureText) }
    if let shortage { Console.note("warning: \(shortage)") }
    if let keep, !isFinished, keep.keeping.isToEnd { try keep.keeping.end(try keep.run()) }
    return progress
  }
}

extension RunProgress {
  /// The same with the images that an earlier pass has seen.
  fileprivate func after(_ earlier: RunProgress?) -> RunProgress {
    guard let earlier else { return self }
    var progress = self
    progress.done += earlier.done
    progress.skipped += earlier.skipped
    progress.total += earlier.done + earlier.skipped
    return progress
  }
}
