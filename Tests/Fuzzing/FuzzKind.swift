import Foundation
import PlainText

/// What one kind of reader, or the screen, is given: files, made from random numbers alone.
package protocol FuzzKind: SendableMetatype {
  /// What it is called on the command line.
  static var name: String { get }
  /// Most processor time and memory that one input may take.
  static var limits: FuzzLimits { get }
  /// Prepares valid files to start from; `folder` is empty and for this kind alone.
  init(folder: String) throws
  /// An input: the same for the same random numbers.
  func input(_ random: inout FuzzRandom) -> FuzzInput
  /// What becomes of an input.
  func verdict(_ input: FuzzInput) -> FuzzVerdict
}

extension FuzzKind {
  package static var limits: FuzzLimits { FuzzLimits() }
}

/// Files by their names.
package struct FuzzInput: Sendable, Equatable {
  /// One of them.
  package struct File: Sendable, Equatable {
    package var name: String
    package var bytes: [UInt8]
  }

  package var files: [File]

  package init(_ files: [File]) { self.files = files }

  /// One file.
  package init(_ name: String, _ bytes: [UInt8]) { files = [File(name: name, bytes: bytes)] }

  /// Writes the files into a folder and returns the first one's path.
  @discardableResult
  package func write(to folder: String) -> String {
    for file in files {
      let url = URL(filePath: folder).appending(path: file.name)
      do { try Data(file.bytes).write(to: url) } catch { preconditionFailure("\(url.path): \(error)") }
    }
    return folder + "/" + (files.first?.name ?? "")
  }
}

/// What an input may take.
package struct FuzzLimits: Sendable {
  /// Seconds of processor time.
  package var seconds = 2.0
  /// Bytes of memory beyond what stood there before.
  package var bytes = 512 << 20
}

/// What became of an input.
package enum FuzzVerdict: Sendable, Equatable {
  /// It gave a value.
  case accepted
  /// It was refused with an error that says of which file, and why.
  case refused
  /// Something that must never be.
  case violated(String)

  /// A refusal, if its words name the file and cannot steer a terminal.
  static func refused(_ error: any Error, naming path: String) -> FuzzVerdict {
    let words = "\(error)"
    if words.steersTerminals { return .violated("the error steers terminals: \(words.escaped)") }
    let rest = words.replacing(path, with: "").filter { $0.isLetter }
    guard words.contains(path), !rest.isEmpty else { return .violated("the error names no file or reason: \(words)") }
    return .refused
  }

  /// A violation where some condition does not hold.
  static func accepted(_ conditions: [(holds: Bool, text: String)]) -> FuzzVerdict {
    conditions.first { !$0.holds }.map { .violated($0.text) } ?? .accepted
  }
}

/// Every kind.
package enum FuzzKinds {
  package static let all: [any FuzzKind.Type] = [
    ModelFuzz.self, ONNXFuzz.self, ImageFuzz.self, TapFuzz.self, RunFuzz.self, ExportFuzz.self, LabelFuzz.self,
    SourceFuzz.self,
    ScreenFuzz.self,
    TerminalFuzz.self, FaultFuzz.self,
  ]

  /// Those that run unless others are named: all but the one with faults on purpose.
  package static var usual: [any FuzzKind.Type] { all.filter { $0.name != FaultFuzz.name } }

  /// The kind of that name.
  package static func named(_ name: String) -> (any FuzzKind.Type)? { all.first { $0.name == name } }
}

/// Files of the project.
enum ProjectFiles {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: root.appending(path: path)))
  }
}
