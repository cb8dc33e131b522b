import Figures
import Images
import Networks

extension SourceNames {
  /// The names of some of a source's images, for one variant.
  public convenience init(_ items: [ImageItem], _ places: Range<Int>, of variant: Variant) {
    let named = items[places]
    self.init(
      images: named.map(\.relativePath), classes: variant.labels, labels: named.map(\.label),
      preprocessing: variant.preprocessing, ordinals: ImageSet(places))
  }
}
