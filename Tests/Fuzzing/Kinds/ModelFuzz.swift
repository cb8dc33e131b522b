import KernelInterface
import Kernels
import ModelFiles
import Networks
import TinyModels

/// Model files: read, described, planned and, where that is quick, run on one image.
struct ModelFuzz: FuzzKind {
  static let name = "models"
  private let folder: String
  private let victims: [[UInt8]]
  private let kernels: KernelTable

  init(folder: String) throws {
    self.folder = folder
    kernels = try .best
    // The tiny ones are changed in their header more often than in their weights.
    victims =
      [TinyModel().bytes, TinyModel(rowOrder: "interleaved").bytes]
      + (try ["operators", "normalizations", "pools", "activations", "dyrelu-c"].map {
        try ProjectFiles.bytes("Tests/Golden/networks/\($0).model.bin")
      })
  }

  func input(_ random: inout FuzzRandom) -> FuzzInput {
    let victim = random.isOne(in: 2) ? victims[random.below(2)] : random.element(victims)
    let other = random.element(victims)
    return FuzzInput("model.bin", ArchiveMutation.mutate(victim, other: other, key: "dyviz", &random))
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    let path = input.write(to: folder)
    let model: Model
    do throws(ModelFileError) { model = try Model.load([path]) } catch { return .refused(error, naming: path) }
    return .of(model, kernels)
  }
}
