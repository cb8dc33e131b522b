import Foundation
import ModelFiles
import Networks
import Testing

/// The file that the script in docs/model-format.md writes. To make it anew, in Tests/Golden/modelfiles: `sed -n
/// '/^```python/,/^```/p' ../../../docs/model-format.md | grep -v '^```' | python3 - && mv model.bin example.bin`
struct FormatExampleTests {
  @Test("the file that the documentation's example writes is read as it is meant")
  func example() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Golden/modelfiles/example.bin").standardized.path
    let model = try Model.load([path])
    #expect(model.warnings.isEmpty)
    let variant = try #require(model.variants.first)
    #expect(variant.name == "example")
    #expect(variant.labels == ["cat", "dog"])
    #expect(variant.preprocessing.resize == .shorterSide(9))
    #expect(variant.preprocessing.deviation == [0.229, 0.224, 0.225])
    #expect(variant.shapes.sites.map(\.activation.kind) == ["DY-ReLU-B"])
    // Conv 4*3*9 + 4, fc1 2*4 + 2, fc2 16*2 + 16, classifier 2*4 + 2.
    #expect(variant.parameterCount == 112 + 10 + 48 + 10)
    #expect(variant.weights["classifier.bias"]?.values.array == [0.19621413946151733, 0.029950082302093506])
    #expect(variant.weights["classifier.weight"]?.values.array.prefix(2) == [-0.30419921875, 0.45361328125])
  }
}
