import ModelFiles
import Networks
import Testing
import TinyModels

struct ModelDescriptionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("a model's description lists its variants, preprocessing, labels, parameters and sites")
  func lines() throws {
    let model = try Model.load([folder.write(TinyModel().bytes)])
    #expect(
      ModelDescription(model).lines == [
        "model.bin: 1 variant",
        "",
        "tiny",
        "  input          5×4×1 (height×width×channels)",
        "  preprocessing  grey, centre crop 3×4, pad 1 0 1 0 (top left bottom right), mean 0.5, deviation 0.25",
        "  output         1×1×3, 3 labels (a, b, … c)",
        "  parameters     53 in 11 tensors",
        "  nodes          8, 2 of them activations in 1 block",
        "  block  site  node  shape  K  kind       hidden  C/hidden",
        "      1  A1    act   5×4×2  2  DY-ReLU-C       1         2",
        "      1  A2    relu  5×4×2  2  ReLU6           –         –",
      ])
  }

  @Test("blocks with names have a column for them, and a curve has no K")
  func namedBlocks() throws {
    let model = TinyModel()
      .replacing(#""A2", "functions": 2,"#, with: #""A2", "block_name": "layer1.0","#)
      .replacing(
        #""sharing": "all", "slopes": [1, 0], "intercepts": [0, 0], "upper_bound": 6"#, with: #""curve": "hard_swish""#)
    let lines = try ModelDescription(Model.load([folder.write(model.bytes)])).lines
    #expect(
      lines.suffix(3) == [
        "  block  name      site  node  shape  K  kind       hidden  C/hidden",
        "      1  –         A1    act   5×4×2  2  DY-ReLU-C       1         2",
        "      1  layer1.0  A2    relu  5×4×2  –  h-swish         –         –",
      ])
  }

  @Test("parameters leave out running statistics and count a shared tensor once")
  func parameters() throws {
    let model = try Model.load([folder.write(TinyModel().bytes)])
    // conv 18, norm 2 + 2, fc1 2 + 1, fc2 8 + 8, attention 2 + 1, classifier 6 + 3.
    #expect(model.variants[0].parameterCount == 18 + 4 + 3 + 16 + 3 + 9)
    let shared = TinyModel().replacing("\"norm.bias\"", with: "\"norm.weight\"")
    #expect(try Model.load([folder.write(shared.bytes)]).variants[0].parameterCount == 51)
  }

  @Test("activations are called by what their options say")
  func kinds() {
    let place = SitePlace(block: 1, site: "A1")
    func dynamic(_ sharing: CoefficientSharing, attention: Bool = false, intercepts: Bool = true) -> String {
      Activation(
        functions: 2, sharing: sharing,
        coefficients: .hyper(
          HyperFunction(
            functions: 2, hidden: 1, hasIntercepts: intercepts, weight1: "a", bias1: "b", weight2: "c", bias2: "d")),
        attention: attention ? SpatialAttention(weight: "w", bias: nil) : nil, place: place
      ).kind
    }
    func constant(_ slopes: [Float], _ intercepts: [Float], bound: Float? = nil) -> String {
      Activation(
        functions: slopes.count, sharing: .allChannels,
        coefficients: .constant(slopes: slopes, intercepts: intercepts), upperBound: bound, place: place
      ).kind
    }
    #expect(dynamic(.allChannels) == "DY-ReLU-A")
    #expect(dynamic(.perChannel) == "DY-ReLU-B")
    #expect(dynamic(.perChannel, attention: true) == "DY-ReLU-C")
    #expect(dynamic(.allChannels, attention: true) == "DY-ReLU-A with attention")
    #expect(dynamic(.perChannel, intercepts: false) == "DY-ReLU-B without intercepts")
    #expect(constant([1, 0], [0, 0]) == "ReLU")
    #expect(constant([1, 0], [0, 0], bound: 6) == "ReLU6")
    #expect(constant([1, 0.01], [0, 0]) == "LeakyReLU(0.01)")
    #expect(constant([1, 0], [0, 1]) == "static")
    #expect(constant([1], [0]) == "static")
    #expect(constant([1, 0], [0, 0], bound: 5) == "static")
  }
}
