import Foundation
import Images
import KernelInterface
import Kernels
import Networks
import Tensors

/// The fixtures that `training/golden_images.py` writes with Pillow and torchvision.
struct GoldenImages: Decodable {
  struct File: Decodable {
    var file: String
    var height: Int
    var width: Int
  }
  struct Input: Decodable {
    var name: String
    var file: String
    var height: Int
    var width: Int
    var preprocessing: Options
  }
  struct Large: Decodable {
    var file: String
    var height: Int
    var width: Int
    var preprocessing: Options
    var pixelsHash: String
    var inputHash: String
  }
  struct Options: Decodable {
    struct Resize: Decodable {
      var shorterSide: Int?
      var interpolation: String?
      var height: Int?
      var width: Int?
    }
    struct Size: Decodable {
      var height: Int
      var width: Int
    }
    var channels: Int
    var resize: Resize?
    var crop: Size?
    var padding: [Int]
    var mean: [Float]
    var deviation: [Float]
  }
  var images: [File]
  var inputs: [Input]
  var large: [Large]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Golden/images")

  static func load() throws -> GoldenImages {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(GoldenImages.self, from: Data(contentsOf: folder.appending(path: "golden.json")))
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: folder.appending(path: path)))
  }

  /// Little-endian floats.
  static func floats(_ path: String) throws -> [Float] {
    let bytes = try bytes(path)
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
    }
  }
}

extension GoldenImages.Options {
  var preprocessing: Preprocessing {
    let target: Preprocessing.Resize? = resize.flatMap { resize in
      if let side = resize.shorterSide { return .shorterSide(side) }
      guard let height = resize.height, let width = resize.width else { return nil }
      return .exact(Extent2D(height: height, width: width))
    }
    return Preprocessing(
      channels: channels, resize: target, interpolation: resize?.interpolation == "bicubic" ? .bicubic : .bilinear,
      crop: crop.map { Extent2D(height: $0.height, width: $0.width) },
      padding: Padding(top: padding[0], left: padding[1], bottom: padding[2], right: padding[3]),
      mean: mean, deviation: deviation)
  }
}

/// FNV-1a, 64 bits, as 16 hexadecimal digits.
func fingerprint(_ bytes: some Sequence<UInt8>) -> String {
  let hash = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

/// A reader that leaves images as they are, for a network of any size.
func plainReader(channels: Int, limits: ImageLimits = ImageLimits()) -> ImageReader {
  let preprocessing = Preprocessing(
    channels: channels, mean: Array(repeating: 0, count: channels), deviation: Array(repeating: 1, count: channels))
  return ImageReader(
    preprocessing: preprocessing, input: FeatureShape(height: 1, width: 1, channels: channels),
    kernels: KernelTable.scalar.images, limits: limits)
}
