import Inference
import KernelInterface
import Kernels
import ModelFiles
import Networks
import PlainText
import Tensors
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
    let lines = ModelDescription(model).lines + model.warnings
    if let line = lines.first(where: \.steersTerminals) { return .violated("a line steers terminals: \(line.escaped)") }
    for variant in model.variants {
      let problem = problem(of: variant)
      if let problem { return .violated(problem) }
    }
    return .accepted
  }

  /// Runs a network that was accepted; what is wrong then.
  private func problem(of variant: Variant) -> String? {
    guard !variant.uniqueTensorNeeds.contains(where: { variant.weights[$0.name]?.shape != $0.shape }) else {
      return "a weight of \(variant.name) has another shape than its node"
    }
    let plan: Plan
    do throws(GraphError) {
      plan = try Plan(variant, kernels: kernels)
    } catch {
      return "\(error)".steersTerminals ? "the error steers terminals: \("\(error)".escaped)" : nil
    }
    let costs = variant.shapes.costs(of: variant.graph).reduce(0.0) { $0 + Double($1.multiplyAdds) }
    guard plan.workerFloats < 1 << 22, costs < 5e7 else { return nil }
    let image = TensorSlice((0..<plan.input.count).map { Float($0 % 7) - 3 })
    let result = Executor(plan).run(image, image: ImageIdentity(ordinal: 0, key: 0), observer: nil)
    return result.count >= plan.shapes.output.channels ? nil : "\(result.count) results"
  }
}
