// swift-tools-version: 6.2
import PackageDescription

/// Every target: Swift 6 language mode with strict memory safety; warnings are errors in CI.
let strict: [SwiftSetting] =
  [.strictMemorySafety()] + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])

/// The kernels' sources are compiled once for each instruction set (symbolic links to one folder).
/// They alone are built without bounds checks, which strict memory safety rules out; tests hold them to a scalar reference.
/// `define` names the instruction set inside them.
func kernels(_ name: String, march: String?, define: String) -> Target {
  var flags = ["-Ounchecked"]
  if let march { flags += ["-Xcc", "-march=\(march)"] }
  return .target(
    name: name, dependencies: ["Tensors", "KernelInterface", "CVector"],
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

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
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
    .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"])]),
    .target(name: "CPNGDecode", dependencies: ["CPNG"]),
    .target(name: "CNCurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    library("Tensors", []),
    library("KernelInterface", ["Tensors"]),
    kernels("KernelsPortable", march: nil, define: "PORTABLE"),
    .target(name: "CProcessor"), .target(name: "CVector"),
    library("Kernels", ["Tensors", "KernelInterface", "CProcessor", "KernelsPortable"] + vectorKernelNames),
    library("Networks", ["Tensors"]),
    library("NetworkTables", ["Tensors", "Networks"]),
    library("ModelFiles", ["Tensors", "Networks"]),
    library("Inference", ["Tensors", "KernelInterface", "Kernels", "Networks", "ModelFiles"]),
    library("Images", ["Tensors", "KernelInterface", "Networks", "CTurboJPEG", "CPNGDecode", "CWebP"]),
    library("Statistics", ["Tensors", "KernelInterface", "Kernels", "Networks"]),
    library("Figures", ["Networks", "Statistics"]),
    library("Streaming", ["Tensors", "Networks", "ModelFiles", "Inference", "Images", "Statistics", "Figures"]),
    library("Benchmarking", ["Tensors", "KernelInterface", "Networks", "ModelFiles", "Inference", "Statistics"]),
    library("Recording", ["Tensors", "Networks", "ModelFiles", "Inference"]),
    library("Export", ["Figures"]),
    library("Keypoints", ["Tensors", "Networks", "Inference", "Images", "Export"]),
    library("TerminalUI", ["Figures"]),
    library("TerminalDriver", ["TerminalUI", "CNCurses"]),
    library("App", ["Networks", "TerminalUI", "Figures", "Streaming", "Export"]),
    .executableTarget(
      name: "dyviz",
      dependencies: [
        "App", "Benchmarking", "Export", "Figures", "Images", "Inference", "Kernels", "Keypoints", "ModelFiles",
        "NetworkTables", "Networks", "Recording", "Statistics", "Streaming", "TerminalDriver", "TerminalUI",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // Tests read their fixtures from Tests/Golden by path (`#filePath`), so no resource bundles are made.
    tests("TensorsTests", ["Tensors"]),
    tests("KernelsTests", ["Tensors", "KernelInterface", "Kernels"]),
    tests("NetworksTests", ["Tensors", "Networks"]),
    tests("NetworkTablesTests", ["Tensors", "Networks", "NetworkTables"]),
    tests("KeypointsTests", ["Tensors", "Kernels", "Networks", "ModelFiles", "Inference", "Images", "Keypoints"]),
    tests("ModelFilesTests", ["Tensors", "Networks", "ModelFiles"]),
    tests("InferenceTests", ["Tensors", "KernelInterface", "Kernels", "Networks", "ModelFiles", "Inference"]),
    tests("ImagesTests", ["Tensors", "KernelInterface", "Kernels", "Networks", "Images"]),
    tests("StatisticsTests", ["Tensors", "KernelInterface", "Kernels", "Networks", "Statistics"]),
    tests("FiguresTests", ["Tensors", "Kernels", "Networks", "Statistics", "Figures"]),
    tests("ExportTests", ["Tensors", "Kernels", "Networks", "Statistics", "Figures", "Export"]),
    tests(
      "StreamingTests", ["Kernels", "Networks", "ModelFiles", "Images", "Statistics", "Figures", "Streaming"]),
    tests(
      "BenchmarkingTests", ["Tensors", "Kernels", "Networks", "ModelFiles", "Inference", "Statistics", "Benchmarking"]),
    tests("RecordingTests", ["Tensors", "Kernels", "Networks", "ModelFiles", "Inference", "Recording"]),
    tests("TerminalUITests", ["Tensors", "Networks", "Figures", "TerminalUI"]),
    tests("TerminalDriverTests", ["TerminalUI", "TerminalDriver"]),
    tests("AppTests", ["Tensors", "Networks", "Figures", "TerminalUI", "App"]),
    tests("EndToEndTests", []),
  ] + vectorKernels
)
