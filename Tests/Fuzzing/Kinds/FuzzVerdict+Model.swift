import Inference
import KernelInterface
import ModelFiles
import Networks
import PlainText
import Tensors

extension FuzzVerdict {
  /// What a model that was read is worth: its words steer no terminal, its weights fit, and it runs where that is
  /// quick.
  static func of(_ model: Model, _ kernels: KernelTable) -> FuzzVerdict {
    let lines = ModelDescription(model).lines + model.warnings
    if let line = lines.first(where: \.steersTerminals) { return .violated("a line steers terminals: \(line.escaped)") }
    for variant in model.variants {
      if let problem = problem(of: variant, kernels) { return .violated(problem) }
    }
    return .accepted
  }

  /// Runs a network that was accepted; what is wrong then.
  private static func problem(of variant: Variant, _ kernels: KernelTable) -> String? {
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
