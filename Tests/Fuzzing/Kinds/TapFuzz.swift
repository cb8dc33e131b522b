import ActivationTaps
import Inference
import Kernels
import ModelFiles
import Networks
import TinyModels

/// Tensors that another program prepared, as `dyviz taps --input` reads them.
struct TapFuzz: FuzzKind {
  static let name = "taps"
  private let folder: String
  private let plan: Plan
  private let victims: [[UInt8]]

  init(folder: String) throws {
    self.folder = folder
    let path = FuzzInput("model.bin", TinyModel().bytes).write(to: folder)
    let model = try Model.load([path])
    plan = try Plan(model.variants[0], kernels: .best)
    let shape = [plan.input.channels, plan.input.height, plan.input.width]
    victims = [[], [1], [3]].map { Self.archive(shape: $0 + shape) }
  }

  private static func archive(shape: [Int]) -> [UInt8] {
    var writer = ArchiveWriter()
    writer.metadata["note"] = "{\"made\": [1, 2]}"
    writer.add("input", shape, (0..<shape.reduce(1, *)).map { Float($0 % 11) - 5 })
    writer.add("other", [2], [1, 2])
    return writer.archive
  }

  func input(_ random: inout FuzzRandom) -> FuzzInput {
    let other = random.element(victims)
    return FuzzInput("input.bin", ArchiveMutation.mutate(random.element(victims), other: other, key: "note", &random))
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    let path = input.write(to: folder)
    let archive: SafetensorsArchive
    do throws(ModelFileError) {
      archive = try SafetensorsArchive(path: path)
    } catch { return .refused(error, naming: path) }
    guard let tensor = archive.tensor("input") else { return .refused }
    let recording: TensorFile
    do throws(RecordingError) { recording = try TapRecording(plan).record(tensor) } catch { return .refused }
    var count = 0
    do { try recording.write { count += $0.count } } catch { return .violated("\(error)") }
    return .accepted([(count > 0, "an empty recording")])
  }
}
