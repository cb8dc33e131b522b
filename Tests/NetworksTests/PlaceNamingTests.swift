import Networks
import Testing

/// Blocks and sites by the paths of modules.
struct PlaceNamingTests {
  private func places(_ names: [String], layers: [String], modules: Set<String> = []) -> [String] {
    PlaceNaming(layers: layers, activationModules: modules).places(names.map { ($0, $0) }).map {
      "\($0.place.block) \($0.place.site) \($0.blockName ?? "-")"
    }
  }

  @Test("a block is the innermost numbered module with two layers; others stand before, between or behind")
  func blocks() {
    let layers = [
      "conv1", "layer1.0.conv1", "layer1.0.conv2", "pass.conv", "layer1.1.conv1", "layer1.1.conv2", "fc",
    ]
    let names = ["relu", "layer1.0.relu", "layer1.0.act.relu", "pass.relu", "layer1.1.relu", "last"]
    #expect(
      places(names, layers: layers) == [
        "0 relu -", "1 relu layer1.0", "1 act.relu layer1.0", "1 pass.relu -", "2 relu layer1.1", "3 last -",
      ])
  }

  @Test("without numbered modules of two layers, those with a number behind their names count, then single layers")
  func others() {
    #expect(
      places(["block1.act", "block2.act"], layers: ["block1.a", "block1.b", "block2.a", "block2.b"]) == [
        "1 act block1", "2 act block2",
      ])
    #expect(places(["features.1.act"], layers: ["features.1.conv"]) == ["1 act features.1"])
    #expect(places(["act"], layers: ["conv"]) == ["0 act -"])
  }

  @Test("an activation's own layers make no block of it")
  func activations() {
    let layers = ["a.0.conv1", "a.0.conv2", "a.0.act.0.fc1", "a.0.act.0.fc2"]
    #expect(places(["a.0.act.0"], layers: layers, modules: ["a.0.act.0"]) == ["1 act.0 a.0"])
  }

  @Test("a site has at most 32 characters, and a number where its name is taken")
  func unique() {
    let long = String(repeating: "x", count: 40)
    let found = PlaceNaming(layers: [], activationModules: []).places([(long, ""), (long, ""), ("a", ""), ("a", "")])
    #expect(
      found.map(\.place.site) == [
        String(long.suffix(32)), String(long.suffix(30)) + "~2", "a", "a~2",
      ])
  }
}
