import Foundation
import Images
import KernelInterface
import Kernels
import Networks
import Tensors
import Testing

/// A reader for 28x28 grey images, padded to 32x32.
func sampleReader(limits: ImageLimits = ImageLimits()) -> ImageReader {
  ImageReader(
    preprocessing: Preprocessing(channels: 1, padding: Padding(2), mean: [0], deviation: [1]),
    input: FeatureShape(height: 32, width: 32, channels: 1), kernels: KernelTable.scalar.images, limits: limits)
}

func sampleOutput(_ reader: ImageReader) -> TensorSlice { TensorSlice(zeros: reader.input.count) }

struct ImageReaderTests {
  @Test("A file on disk reads as its bytes do, and by its content, not its name")
  func readsFiles() throws {
    let folder = try TemporaryFolder()
    let bytes = try GoldenImages.bytes("sources/sample.png")
    try folder.write("sample.jpg", bytes)
    let reader = sampleReader()
    let (fromFile, fromBytes) = (sampleOutput(reader), sampleOutput(reader))
    let item = try #require(try ImageSource(paths: [folder.path]).items.first)
    try reader.read(item, into: fromFile)
    try reader.read(bytes: bytes, into: fromBytes)
    #expect(fromFile.array == fromBytes.array)
    #expect(fromFile.array.contains { $0 != 0 })
  }

  @Test("A pipe in a folder that is called like an image is an item that says so, another one is nothing")
  func pipesInFolders() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.png", try GoldenImages.bytes("sources/sample.png"))
    for name in ["b.png", "c"] { #expect(unsafe mkfifo("\(folder.path)/\(name)", 0o600) == 0) }
    let items = try ImageSource(paths: [folder.path]).items
    #expect(items.map(\.relativePath) == ["a.png", "b.png"])
    let reader = sampleReader()
    let failure = try #require(throws: ImageFailure.self) { try reader.read(items[1], into: sampleOutput(reader)) }
    #expect(failure.reason == .notRegularFile && failure.path == items[1].path)
  }

  @Test("What is not a readable regular file of a sane size fails with its path and the reason")
  func refusedFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write("empty.png", [])
    try folder.write("gone.png")
    try folder.write("large.png", Array(repeating: 0, count: 5000))
    try folder.write("pipe.png")
    try folder.write("text.png", Array("not an image".utf8))
    let items = try ImageSource(paths: [folder.path]).items
    try FileManager.default.removeItem(atPath: folder.path + "/gone.png")
    try FileManager.default.removeItem(atPath: folder.path + "/pipe.png")
    #expect(unsafe mkfifo(folder.path + "/pipe.png", 0o600) == 0)
    let reader = sampleReader(limits: ImageLimits(fileBytes: 4999))
    let output = sampleOutput(reader)
    let reasons = try items.map { item in
      let failure = try #require(throws: ImageFailure.self) { try reader.read(item, into: output) }
      #expect(failure.path == item.path)
      return failure.reason
    }
    #expect(
      reasons == [
        .empty, .unreadable("No such file or directory"), .fileTooLarge(bytes: 5000, limit: 4999), .notRegularFile,
        .unknownFormat,
      ])
    let good = try GoldenImages.bytes("sources/sample.png")
    #expect(throws: Never.self) { try reader.read(bytes: good, into: output) }
  }

  @Test("An image that preprocessing does not bring to the network's size fails before it is decoded")
  func wrongSize() throws {
    let reader = sampleReader()
    let reason = ImageFailure.Reason.wrongSize(height: 33, width: 41, expectedHeight: 32, expectedWidth: 32)
    #expect(throws: reason) {
      try reader.read(bytes: GoldenImages.bytes("sources/rgb.png"), into: sampleOutput(reader))
    }
    #expect(reason.description == "41x33 after preprocessing, but the network takes 32x32")
  }

  @Test("A failure leaves the output as it was")
  func untouchedOutput() throws {
    let reader = sampleReader()
    let output = TensorSlice(Array(repeating: 5, count: reader.input.count))
    let bytes = try GoldenImages.bytes("sources/sample.png")
    #expect(throws: ImageFailure.Reason.self) { try reader.read(bytes: Array(bytes.dropLast(200)), into: output) }
    #expect(output.array.allSatisfy { $0 == 5 })
  }
}
