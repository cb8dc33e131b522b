import Foundation
import Testing

/// A network of one convolution: its maps hold the mean brightness of 4x4 pixels, from a grey input of 16x24.
@Suite struct KeypointsTests {
  private struct Row: Equatable {
    var image: String
    var keypoint: String
    var name: String
    /// x, y, image_x, image_y, score
    var numbers: [Double?]

    init(_ line: Substring) {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      (image, keypoint, name) = (cells[0], cells[1], cells[2])
      numbers = cells[3...].map(Double.init)
    }
  }

  private func writeModel(_ path: URL, maps: Int) throws {
    let nodes: [[String: Any]] = [
      ["name": "input", "operator": "input", "channels": 1, "height": 16, "width": 24],
      [
        "name": "maps", "operator": "convolution", "inputs": ["input"], "out_channels": maps, "kernel": [4, 4],
        "stride": [4, 4], "weight": "weight",
      ],
    ]
    let variant: [String: Any] = [
      "name": "brightness", "nodes": nodes, "output": "maps",
      "preprocessing": [
        "channels": 1, "crop": ["height": 16, "width": 24], "mean": [0], "deviation": [1],
      ],
    ]
    let description = try JSONSerialization.data(withJSONObject: ["format": 1, "variants": [variant]])
    let header = try JSONSerialization.data(withJSONObject: [
      "__metadata__": ["dyviz": String(decoding: description, as: UTF8.self)],
      "weight": ["dtype": "F32", "shape": [maps, 1, 4, 4], "data_offsets": [0, maps * 64]],
    ])
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    let weight = (0..<4).map { UInt8(truncatingIfNeeded: Float(1.0 / 16).bitPattern >> (8 * $0)) }
    let weights = Array(repeating: weight, count: maps * 16).flatMap { $0 }
    try (Data(length) + header + Data(weights)).write(to: path)
  }

  /// A black PNG of 96 x 64 pixels, of which the network sees the 24 x 16 in the middle, with some rectangles (left,
  /// top, width, height) of a grey.
  private func writeImage(_ path: URL, _ rectangles: [(place: [Int], grey: Int)]) throws {
    let script = """
      import struct, sys, zlib
      rows = [bytearray(96) for _ in range(64)]
      for left, top, width, height, grey in eval(sys.argv[2]):
          for row in rows[top:top + height]:
              row[left:left + width] = bytes([grey]) * width
      def chunk(kind, data):
          return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
      header = struct.pack(">IIBBBBB", 96, 64, 8, 0, 0, 0, 0)
      pixels = zlib.compress(b"".join(b"\\0" + row for row in rows))
      open(sys.argv[1], "wb").write(
          b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
      """
    let list = rectangles.map { $0.place + [$0.grey] }
    let outcome = try Program.shell("python3 -c '\(script)' '\(path.path)' '\(list)'")
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  /// A folder with a model of `maps` maps, and images of one bright square at element (column, row) of the maps, with a
  /// dimmer one on its right.
  private func withSample(maps: Int = 17, _ body: (_ folder: URL, _ arguments: [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let model = folder.appending(path: "model.bin")
      let images = folder.appending(path: "images")
      try writeModel(model, maps: maps)
      try FileManager.default.createDirectory(at: images, withIntermediateDirectories: true)
      for (name, column, row) in [("a.png", 1, 2), ("c.png", 3, 1)] {
        try writeImage(
          images.appending(path: name),
          [([36 + 4 * column, 24 + 4 * row, 4, 4], 255), ([40 + 4 * column, 24 + 4 * row, 4, 4], 102)])
      }
      try Data("\u{89}PNG\r\n\u{1A}\nbroken".utf8).write(to: images.appending(path: "b.png"))
      let output = folder.appending(path: "out.csv").path
      try body(folder, ["keypoints", model.path, images.path, "--output", output])
    }
  }

  private func rows(_ folder: URL) throws -> [Row] {
    let text = try String(contentsOf: folder.appending(path: "out.csv"), encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines.first == "image,keypoint,name,x,y,image_x,image_y,score" && text.hasSuffix("\n"))
    return lines.dropFirst().map(Row.init)
  }

  @Test("keypoints writes a row for each map of each readable image, in their order, and lists the others")
  func table() throws {
    try withSample { folder, arguments in
      let outcome = try Program.run(arguments + ["--no-flip"])
      #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.errors)")
      #expect(outcome.errors.hasPrefix("skipped \(folder.path)/images/b.png: ") && outcome.errors.hasSuffix("\n"))
      let rows = try rows(folder)
      #expect(rows.map(\.image) == Array(repeating: "a.png", count: 17) + Array(repeating: "c.png", count: 17))
      #expect(rows.map(\.keypoint) == (0..<34).map { String($0 % 17) })
      #expect(rows[0].name == "nose" && rows[1].name == "left eye" && rows[33].name == "right ankle")
      // Element (1.25, 2), a quarter to the right; 4 pixels an element; the input begins at (36, 24) of the image.
      #expect(close(rows[3].numbers, [5, 8, 41, 32, 1]))
      #expect(close(rows[20].numbers, [13, 4, 49, 28, 1]))
      // The second image alone is broken, so the first two give what the first gives.
      let limited = try Program.run(arguments + ["--no-flip", "--limit", "2"])
      #expect(limited.status == 0)
      #expect(try self.rows(folder) == Array(rows.prefix(17)))
    }
  }

  @Test("the mirror image's maps count in the mean, as the alignment says")
  func flips() throws {
    try withSample { folder, arguments in
      let centre = try Program.run(arguments + ["--alignment", "centre"])
      #expect(centre.status == 0, "\(centre.errors)")
      // The mirror image's maps are the same ones, turned back.
      #expect(close(try rows(folder)[3].numbers, [6.5, 9.5, 42.5, 33.5, 1]))
      #expect(try Program.run(arguments).status == 0)
      // Responses of 1 and 0.4 side by side, and the same moved by a column: 0.5, 0.7, 0.2 in the mean.
      #expect(close(try rows(folder)[3].numbers, [7, 8, 43, 32, 0.7]))
    }
  }

  @Test("other numbers of maps have no names, and need --no-flip")
  func otherNumbers() throws {
    try withSample(maps: 3) { folder, arguments in
      let refused = try Program.run(arguments)
      #expect(refused.status == 1 && refused.errors.contains("variant brightness"), "\(refused.errors)")
      #expect(refused.errors.contains("17 maps") && refused.errors.contains("--no-flip"), "\(refused.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out.csv").path))
      #expect(try Program.run(arguments + ["--no-flip"]).status == 0)
      let rows = try rows(folder)
      #expect(rows.count == 6 && rows.allSatisfy { $0.name.isEmpty })
    }
  }

  @Test("keypoints refuses networks without maps, folders without a readable image, and outputs that are no file")
  func refusals() throws {
    try withSample { folder, arguments in
      let output = folder.appending(path: "out.csv").path
      try Data("kept".utf8).write(to: URL(filePath: output))
      func expect(_ arguments: [String], _ text: String, status: Int32 = 1) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
      }
      try expect(["keypoints", Program.model, arguments[2], "--output", output], "1x1 with 10 channels")
      try expect(["keypoints", arguments[1], "/nowhere", "--output", output], "/nowhere")
      for name in ["a.png", "c.png"] {
        try FileManager.default.removeItem(at: folder.appending(path: "images/\(name)"))
      }
      try expect(arguments, "\(folder.path)/images: none of the 1 images could be read")
      #expect(try Data(contentsOf: URL(filePath: output)) == Data("kept".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
      try expect(arguments.dropLast() + ["/dev/null"], "a device of that name is in the way")
      try expect(arguments.dropLast() + ["\(folder.path)/"], "names a folder")
      try expect(arguments + ["--limit", "0"], "--limit", status: 64)
      try expect(arguments + ["--alignment", "corner"], "alignment", status: 64)
    }
  }

  private func close(_ found: [Double?], _ expected: [Double]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { abs(($0 ?? .infinity) - $1) < 1e-5 }
  }
}
