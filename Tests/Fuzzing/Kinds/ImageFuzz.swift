import Foundation
import Images
import KernelInterface
import Kernels
import Networks
import Tensors

/// Image files: decoded by a reader that is used for all and by a fresh one, alike, and made into a network's input.
final class ImageFuzz: FuzzKind {
  static let name = "images"
  /// Small, so that a changed header does not ask for much; whether they are kept is under test too.
  private static let imageLimits = ImageLimits(pixels: 1 << 18, side: 1 << 14, scannedPixels: 1 << 22)
  private let victims: [String: [[UInt8]]]
  private let endings: [String]
  private let kernels: ImageKernels
  private let used: ImageReader
  private let output: TensorSlice

  init(folder: String) throws {
    var victims: [String: [[UInt8]]] = [:]
    let path = ProjectFiles.root.appending(path: "Tests/Golden/images/sources").path
    for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
      let bytes = try ProjectFiles.bytes("Tests/Golden/images/sources/\(name)")
      guard bytes.count < 40_000 else { continue }
      victims[URL(filePath: name).pathExtension, default: []].append(bytes)
    }
    self.victims = victims
    endings = victims.keys.sorted()
    kernels = try KernelTable.best.images
    used = Self.reader(kernels)
    output = TensorSlice(zeros: used.input.count)
  }

  /// A reader as of a network with a resize and a crop.
  private static func reader(_ kernels: ImageKernels) -> ImageReader {
    let preprocessing = Preprocessing(
      channels: 3, resize: .shorterSide(20), interpolation: .bicubic, crop: Extent2D(height: 16, width: 16),
      mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25])
    return ImageReader(
      preprocessing: preprocessing, input: FeatureShape(height: 16, width: 16, channels: 3),
      kernels: kernels, limits: imageLimits)
  }

  func input(_ random: inout FuzzRandom) -> FuzzInput {
    let ending = random.element(endings)
    let files = victims[ending] ?? []
    let other = random.isOne(in: 8) ? victims[random.element(endings)] ?? [] : files
    return FuzzInput(
      "image.\(ending)", ImageMutation.mutate(random.element(files), other: random.element(other), &random))
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    let bytes = input.files[0].bytes
    let fresh = Self.reader(kernels)
    let first: (height: Int, width: Int, pixels: [UInt8])
    do throws(ImageFailure.Reason) {
      first = try used.decode(bytes: bytes)
    } catch {
      guard (try? fresh.decode(bytes: bytes)) == nil else { return .violated("a fresh reader reads it, the used not") }
      // Decoders put their libraries' words in it.
      return .refused(ImageFailure(path: "image", reason: error), naming: "image")
    }
    guard let again = try? fresh.decode(bytes: bytes) else { return .violated("the used reader reads it, a fresh not") }
    let size = first.height * first.width
    return .accepted([
      (first == again, "a used and a fresh reader differ"),
      (size <= Self.imageLimits.pixels, "more pixels than the limit"),
      (max(first.height, first.width) <= Self.imageLimits.side, "a longer side than the limit"),
      (first.pixels.count == 3 * size, "\(first.pixels.count) values for \(first.height)x\(first.width) pixels"),
      ((try? used.read(bytes: bytes, into: output)) != nil, "it is decoded but not preprocessed"),
      (output.array.allSatisfy { (-3...3).contains($0) }, "an input out of the range of pixels"),
    ])
  }
}
