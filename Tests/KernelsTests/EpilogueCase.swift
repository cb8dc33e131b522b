import Functions
import KernelInterface
import Kernels
import Tensors
import Testing

/// One combination of an epilogue's options.
struct EpilogueCase {
  /// K; 0 for the identity, -1 for the rectifier, -2 for PReLU, less for the curves.
  var functions: Int
  var attends: Bool
  var bound: Float?
  var hasAddend: Bool
  var hasResidual: Bool
  var isWatched: Bool
  /// Classes of columns with sums of their own; 0 for no sums.
  var period: Int

  /// Every function with varied options.
  static let all: [EpilogueCase] = (-2 - Curve.allCases.count...4).flatMap { functions in
    (0..<24).map { options in
      EpilogueCase(
        functions: functions, attends: options % 2 == 1, bound: options % 3 == 1 ? 0.4 : nil,
        hasAddend: options / 2 % 2 == 1, hasResidual: options / 4 % 2 == 1, isWatched: options / 8 % 2 == 1,
        period: (options + abs(functions)) % 3)
    }
  }

  /// Holds `kernel` to `reference`: outputs, what watchers see, sums, padding lanes and guards.
  ///
  /// `magnitude` bounds the magnitudes of x, each a sum of `terms` products.
  func check(
    _ shape: FeatureShape, magnitude: () -> Float, terms: Int, _ samples: inout Samples,
    kernel: (TensorSlice, Epilogue) -> Void, reference: (TensorSlice, Epilogue) -> Void
  ) {
    let comment: Comment = "\(self), \(shape)"
    let inputs = inputs(shape, &samples)
    let (found, expected) = (Outputs(self, shape), Outputs(self, shape))
    kernel(found.output.slice, found.epilogue(inputs, self, shape))
    reference(expected.output.slice, expected.epilogue(inputs, self, shape))
    // Factors are at most 1 and slopes at most 2, so errors of x hardly grow; a few roundings of terms below the
    // magnitude are added, and what curves are allowed.
    let bound = 2 * Float(terms + 8) * roundoff * (magnitude() + 4) + (functions < -2 ? 1e-6 * magnitude() : 0)
    for (result, wanted) in zip(found.maps, expected.maps) {
      let bounds = [Float](repeating: bound, count: wanted.slice.count)
      expectClose(result.slice.array, wanted.slice.array, within: bounds, comment)
      expectZeroPadding(result.slice.array, channels: shape.channels, comment)
      result.expectUntouchedGuards(comment)
    }
    guard let sums = found.sums, let wanted = expected.sums else { return }
    let width = Float(shape.width)
    let sumBound = width * bound + width * width * roundoff * (magnitude() + 4)
    let bounds = [Float](repeating: sumBound, count: wanted.slice.count)
    expectClose(sums.slice.array, wanted.slice.array, within: bounds, comment)
    sums.expectUntouchedGuards(comment)
  }

  /// What epilogues read.
  private func inputs(_ shape: FeatureShape, _ samples: inout Samples) -> Epilogue {
    var epilogue = Epilogue()
    switch functions {
    case -1: epilogue.function = .rectifier
    case 0: epilogue.function = .identity
    case -2: epilogue.function = .parametric(slopes: samples.rows(1, columns: shape.channels, scale: 2))
    case ..<(-2):
      epilogue.function = .curve(Curve.allCases[-3 - functions], channels: shape.channels)
    default:
      epilogue.function = .lines(
        PiecewiseLines(
          functions: functions, slopes: samples.rows(functions, columns: shape.channels),
          intercepts: samples.rows(functions, columns: shape.channels, scale: 0.5)))
    }
    epilogue.attention = attends ? TensorSlice(samples.values(shape.positions).array.map(abs)) : nil
    epilogue.upperBound = bound ?? .infinity
    epilogue.addend = hasAddend ? samples.map(shape) : nil
    epilogue.residual = hasResidual ? samples.map(shape) : nil
    return epilogue
  }

  /// What epilogues write.
  private struct Outputs {
    let output: GuardedOutput
    let argument: GuardedOutput?
    let result: GuardedOutput?
    let sums: GuardedOutput?

    init(_ options: EpilogueCase, _ shape: FeatureShape) {
      output = GuardedOutput(count: shape.storedCount)
      argument = options.isWatched ? GuardedOutput(count: shape.storedCount) : nil
      result = options.isWatched ? GuardedOutput(count: shape.storedCount) : nil
      let sums = shape.height * options.period * shape.channelStride
      self.sums = options.period > 0 ? GuardedOutput(count: sums) : nil
    }

    var maps: [GuardedOutput] { [output] + [argument, result].compactMap { $0 } }

    func epilogue(_ inputs: Epilogue, _ options: EpilogueCase, _ shape: FeatureShape) -> Epilogue {
      var epilogue = inputs
      epilogue.argument = argument?.slice
      epilogue.result = result?.slice
      epilogue.sums = sums.map {
        Epilogue.RowSums(storage: $0.slice, width: shape.width, period: options.period)
      }
      return epilogue
    }
  }
}
