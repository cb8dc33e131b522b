/// A valid model file of one small network that exercises every operator, and the means to spoil any part of it.
package struct TinyModel {
  package var archive = ArchiveWriter()
  package var description: String

  /// Input 1x5x4, convolution to 2 channels with BatchNorm, DY-ReLU-C with K = 2, a residual ReLU, pool, classifier of
  /// 3.
  package init(name: String = "tiny", rowOrder: String = "blocked") {
    description = """
      {"format": 1, "variants": [{"name": "\(name)", "nodes": [
        {"name": "input", "operator": "input", "channels": 1, "height": 5, "width": 4},
        {"name": "conv", "operator": "convolution", "inputs": ["input"], "out_channels": 2, "kernel": [3, 3],
         "padding": [1, 1, 1, 1], "weight": "conv.weight"},
        {"name": "norm", "operator": "batch_normalization", "inputs": ["conv"], "weight": "norm.weight",
         "bias": "norm.bias", "mean": "norm.running_mean", "variance": "norm.running_var"},
        {"name": "act", "operator": "activation", "inputs": ["norm"], "block": 1, "site": "A1", "functions": 2,
         "sharing": "channel", "hyper": {"hidden": 1, "gate": "2*sigmoid-1", "row_order": "\(rowOrder)",
           "weight1": "act.fc1.weight", "bias1": "act.fc1.bias", "weight2": "act.fc2.weight", "bias2": "act.fc2.bias"},
         "attention": {"weight": "act.attention.weight", "bias": "act.attention.bias"}},
        {"name": "relu", "operator": "activation", "inputs": ["act"], "block": 1, "site": "A2", "functions": 2,
         "sharing": "all", "slopes": [1, 0], "intercepts": [0, 0], "upper_bound": 6},
        {"name": "add", "operator": "add", "inputs": ["act", "relu"]},
        {"name": "pool", "operator": "global_average_pool", "inputs": ["add"]},
        {"name": "classifier", "operator": "linear", "inputs": ["pool"], "out_features": 3,
         "weight": "classifier.weight", "bias": "classifier.bias"}
      ], "output": "classifier",
      "preprocessing": {"channels": 1, "crop": {"height": 3, "width": 4}, "padding": [1, 0, 1, 0],
                        "mean": [0.5], "deviation": [0.25]},
      "labels": ["a", "b", "c"]}]}
      """
    archive.add("conv.weight", [2, 1, 3, 3], (0..<18).map { Float($0) })
    for part in ["weight", "bias", "running_mean", "running_var"] { archive.add("norm.\(part)", [2], [1, 2]) }
    archive.add("act.fc1.weight", [1, 2], [1, -1])
    archive.add("act.fc1.bias", [1], [0.5])
    archive.add("act.fc2.weight", [8, 1], (0..<8).map { Float($0) })
    archive.add("act.fc2.bias", [8], (0..<8).map { Float(10 * $0) })
    archive.add("act.attention.weight", [1, 2, 1, 1], [1, 2])
    archive.add("act.attention.bias", [1], [3])
    archive.add("classifier.weight", [3, 2], [1, 2, 3, 4, 5, 6])
    archive.add("classifier.bias", [3], [1, 2, 3])
  }

  /// The file's bytes.
  package var bytes: [UInt8] {
    var archive = archive
    archive.metadata["dyviz"] = description
    return archive.archive
  }

  /// The same file with one piece of the description replaced; the piece must be there.
  package func replacing(_ piece: String, with other: String) -> TinyModel {
    precondition(description.contains(piece), "the description has no \(piece)")
    var model = self
    model.description = description.replacing(piece, with: other, maxReplacements: 1)
    return model
  }

  /// The same file with one tensor changed.
  package func changing(_ name: String, _ change: (inout ArchiveWriter.Tensor) -> Void) -> TinyModel {
    var model = self
    guard let index = archive.tensors.firstIndex(where: { $0.name == name }) else { preconditionFailure("no \(name)") }
    change(&model.archive.tensors[index])
    return model
  }
}
