// swift-tools-version: 6.2
import PackageDescription

/// Every target: Swift 6 language mode with strict memory safety; warnings are errors in CI.
let strict: [SwiftSetting] =
  [.strictMemorySafety()] + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])

/// The folders of `Sources/`, lowest first: a floor imports from itself and from those before it
/// (docs/architecture.md).
enum Floor: String {
  case core = "Core"
  case input = "Input"
  case measure = "Measure"
  case show = "Show"
  case commands = "Commands"
}

/// What the program alone is linked with besides: `make wheel` links C libraries statically
/// (`Scripts/static-libraries`).
let ownLinkerFlags: [LinkerSetting] =
  Context.environment["DYVIZ_LINKER_FLAGS"].map { [.unsafeFlags($0.split(separator: " ").map(String.init))] } ?? []

func path(_ name: String, on floor: Floor) -> String { "Sources/\(floor.rawValue)/\(name)" }

/// The kernels' sources are compiled once for each instruction set (symbolic links to one folder). They alone are built
/// without bounds checks, which strict memory safety rules out; tests hold them to a scalar reference. `define` names
/// the instruction set inside them.
func kernels(_ name: String, march: String?, define: String) -> Target {
  var flags = ["-Ounchecked"]
  if let march { flags += ["-Xcc", "-march=\(march)"] }
  return .target(
    name: name, dependencies: ["Functions", "Tensors", "KernelInterface", "CVector"], path: path(name, on: .core),
    swiftSettings: [.unsafeFlags(flags), .define(define)])
}

#if arch(x86_64)
  let vectorKernels = [
    kernels("KernelsAVX2", march: "x86-64-v3", define: "AVX2"),
    kernels("KernelsAVX512", march: "x86-64-v4", define: "AVX512"),
  ]
  let vectorKernelNames: [Target.Dependency] = ["KernelsAVX2", "KernelsAVX512"]
#else
  let vectorKernels: [Target] = []
  let vectorKernelNames: [Target.Dependency] = []
#endif

func library(_ name: String, on floor: Floor, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: path(name, on: floor), swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "dyviz",
  products: [.executable(name: "dyviz", targets: ["dyviz"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(
      name: "CTurboJPEG", path: path("CTurboJPEG", on: .input), pkgConfig: "libturbojpeg",
      providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(
      name: "CPNG", path: path("CPNG", on: .input), pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CWebP", path: path("CWebP", on: .input), pkgConfig: "libwebpdemux", providers: [.apt(["libwebp-dev"])]),
    .systemLibrary(
      name: "CCairo", path: path("CCairo", on: .show), pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .systemLibrary(
      name: "CArchive", path: path("CArchive", on: .input), pkgConfig: "libarchive",
      providers: [.apt(["libarchive-dev"])]),
    .target(name: "CArchiveRead", dependencies: ["CArchive"], path: path("CArchiveRead", on: .input)),
    library("Archives", on: .input, ["Files", "CArchiveRead"]),
    .target(name: "CPNGDecode", dependencies: ["CPNG"], path: path("CPNGDecode", on: .input)),
    .target(
      name: "CNCurses", path: path("CNCurses", on: .show),
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(name: "CMemory", path: path("CMemory", on: .core)),
    library("SystemMemory", on: .core, ["CMemory"]),
    library("Tensors", on: .core, ["SystemMemory"]),
    library("Functions", on: .core, []),
    library("PlainText", on: .core, []),
    .target(name: "CFiles", path: path("CFiles", on: .core)),
    .systemLibrary(
      name: "CDigest", path: path("CDigest", on: .core), pkgConfig: "libmd", providers: [.apt(["libmd-dev"])]),
    library("Files", on: .core, ["CFiles", "CDigest", "PlainText", "SystemMemory"]),
    library("Threads", on: .core, ["SystemMemory"]),
    library("KernelInterface", on: .core, ["Tensors", "Functions"]),
    kernels("KernelsPortable", march: nil, define: "PORTABLE"),
    .target(name: "CProcessor", path: path("CProcessor", on: .core)),
    .target(name: "CVector", path: path("CVector", on: .core)),
    library(
      "Kernels", on: .core,
      ["Tensors", "Functions", "KernelInterface", "CProcessor", "KernelsPortable"] + vectorKernelNames),
    library("Networks", on: .core, ["Tensors", "Functions"]),
    library("NetworkTables", on: .commands, ["PlainText", "Tensors", "Networks"]),
    library("ONNX", on: .input, ["Files", "PlainText", "Functions", "Tensors", "Networks"]),
    library("ModelFiles", on: .input, ["Files", "PlainText", "Functions", "Tensors", "Networks", "ONNX"]),
    library("Inference", on: .core, ["PlainText", "Tensors", "Functions", "KernelInterface", "Kernels", "Networks"]),
    library(
      "Images", on: .input,
      [
        "Files", "PlainText", "Tensors", "KernelInterface", "Networks", "ModelFiles", "Archives", "CTurboJPEG",
        "CPNGDecode", "CWebP",
      ]),
    library("Statistics", on: .measure, ["Tensors", "Functions", "KernelInterface", "Networks"]),
    library("Figures", on: .measure, ["Functions", "PlainText", "Networks", "Statistics"]),
    library(
      "Streaming", on: .measure,
      [
        "PlainText", "SystemMemory", "Threads", "Tensors", "KernelInterface", "Networks", "Inference", "Images",
        "Statistics",
        "Figures",
      ]),
    library(
      "RunFiles", on: .measure, ["Files", "PlainText", "ModelFiles", "Networks", "Statistics", "Figures"]),
    library(
      "Benchmarking", on: .commands,
      ["PlainText", "Threads", "Tensors", "KernelInterface", "Networks", "Inference", "Statistics"]),
    library("ActivationTaps", on: .commands, ["Tensors", "Networks", "ModelFiles", "Inference"]),
    library("Export", on: .show, ["Files", "PlainText", "Networks", "Statistics", "Figures"]),
    library("Drawings", on: .show, ["PlainText", "Networks", "Statistics", "Figures", "Export"]),
    library("CairoDrawings", on: .show, ["Files", "PlainText", "Drawings", "CCairo"]),
    library("Sample", on: .commands, ["Files"]),
    .plugin(name: "BuildVersionPlugin", capability: .buildTool(), path: "Plugins/BuildVersion"),
    .target(
      name: "BuildVersion", dependencies: ["KernelInterface", "Kernels"], path: path("BuildVersion", on: .commands),
      swiftSettings: strict, plugins: ["BuildVersionPlugin"]),
    library(
      "Reports", on: .show,
      ["Files", "PlainText", "Tensors", "Networks", "Statistics", "Figures", "Export", "Drawings"]),
    library("Keypoints", on: .commands, ["Tensors", "Networks", "Inference", "Images", "Export"]),
    library("Terminal", on: .show, []),
    library("TerminalCharts", on: .show, ["Statistics", "Figures", "Terminal"]),
    library("TerminalDriver", on: .show, ["Terminal", "CNCurses"]),
    library("App", on: .show, ["Networks", "Statistics", "Figures", "Terminal", "TerminalCharts"]),
    .executableTarget(
      name: "dyviz",
      dependencies: [
        "ActivationTaps", "App", "Benchmarking", "BuildVersion", "CairoDrawings", "Drawings", "Export", "Figures",
        "Files", "Images", "Inference", "KernelInterface", "Kernels", "Keypoints", "ModelFiles", "NetworkTables",
        "Networks", "PlainText", "Reports", "RunFiles", "Sample", "Statistics", "Streaming", "SystemMemory",
        "Tensors", "Terminal", "TerminalDriver",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: path("dyviz", on: .commands),
      swiftSettings: strict, linkerSettings: ownLinkerFlags),
    // Tests read their fixtures from Tests/Golden by path (`#filePath`), so no resource bundles are made.
    tests("TensorsTests", ["Tensors"]),
    tests("FunctionsTests", ["Functions"]),
    tests("PlainTextTests", ["PlainText"]),
    tests("ThreadsTests", ["Threads"]),
    tests("SampleTests", ["Files", "Sample"]),
    tests("KernelsTests", ["Tensors", "Functions", "KernelInterface", "Kernels"]),
    tests("NetworksTests", ["Tensors", "Networks"]),
    tests("NetworkTablesTests", ["PlainText", "Tensors", "Networks", "NetworkTables"]),
    tests("KeypointsTests", ["Tensors", "Kernels", "Networks", "Inference", "Images", "Keypoints"]),
    .target(name: "TinyArchives", path: "Tests/TinyArchives", swiftSettings: strict),
    .target(name: "TinyModels", path: "Tests/TinyModels", swiftSettings: strict),
    tests("ModelFilesTests", ["Files", "Functions", "Tensors", "Networks", "ModelFiles", "TinyModels"]),
    tests(
      "InferenceTests", ["Tensors", "Functions", "KernelInterface", "Kernels", "Networks", "ModelFiles", "Inference"]),
    tests("ImagesTests", ["Tensors", "KernelInterface", "Kernels", "Networks", "Images", "TinyArchives"]),
    tests("StatisticsTests", ["Tensors", "Functions", "KernelInterface", "Kernels", "Networks", "Statistics"]),
    .target(
      name: "SyntheticRuns", dependencies: ["Tensors", "Kernels", "Networks", "Statistics", "Figures"],
      path: "Tests/SyntheticRuns", swiftSettings: strict),
    tests("FiguresTests", ["Tensors", "Kernels", "Networks", "Statistics", "Figures", "SyntheticRuns"]),
    tests("ExportTests", ["Tensors", "Kernels", "Networks", "Statistics", "Figures", "Export"]),
    tests(
      "StreamingTests",
      ["Files", "Kernels", "Networks", "ModelFiles", "Images", "RunFiles", "Statistics", "Figures", "Streaming"]),
    tests(
      "BenchmarkingTests", ["Tensors", "Kernels", "Networks", "Inference", "Benchmarking"]),
    tests("ActivationTapsTests", ["Tensors", "Kernels", "Networks", "ModelFiles", "Inference", "ActivationTaps"]),
    .target(
      name: "TerminalSentinel", dependencies: ["Terminal"], path: "Tests/TerminalSentinel", swiftSettings: strict),
    tests("TerminalTests", ["Terminal", "TerminalSentinel"]),
    tests(
      "TerminalChartsTests",
      ["Tensors", "Networks", "Statistics", "Figures", "Terminal", "TerminalCharts", "TerminalSentinel"]),
    .target(name: "Processes", path: "Tests/Processes", swiftSettings: strict),
    tests("TerminalDriverTests", ["Terminal", "TerminalDriver", "Processes"]),
    .target(
      name: "ScreenScripts",
      dependencies: ["Networks", "Statistics", "Figures", "Terminal", "TerminalSentinel", "SyntheticRuns", "App"],
      path: "Tests/ScreenScripts", swiftSettings: strict),
    tests(
      "AppTests",
      [
        "Networks", "Statistics", "Figures", "Terminal", "TerminalSentinel", "SyntheticRuns", "App", "ScreenScripts",
      ]),
    tests("EndToEndTests", ["Processes", "TinyModels"]),
    .target(
      name: "Fuzzing",
      dependencies: [
        "ActivationTaps", "App", "Export", "Figures", "Files", "Images", "Inference", "KernelInterface", "Kernels",
        "ModelFiles", "Networks", "PlainText", "Processes", "RunFiles", "ScreenScripts", "Statistics", "Streaming",
        "SyntheticRuns", "Tensors", "Terminal", "TerminalSentinel", "TinyArchives", "TinyModels",
      ],
      path: "Tests/Fuzzing", swiftSettings: strict),
    .executableTarget(
      name: "dyviz-fuzz",
      dependencies: ["Fuzzing", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Tests/FuzzProgram", swiftSettings: strict),
    tests("FuzzingTests", ["Files", "Fuzzing", "Processes"]),
    tests(
      "DrawingsTests",
      ["CPNGDecode", "Networks", "Statistics", "Figures", "SyntheticRuns", "Export", "Drawings"]),
    tests("CairoDrawingsTests", ["CPNGDecode", "Figures", "SyntheticRuns", "Drawings", "CairoDrawings"]),
    tests(
      "ReportsTests",
      ["Files", "Networks", "Statistics", "Figures", "SyntheticRuns", "Export", "Reports"]),
  ] + vectorKernels
)
