import KernelInterface
import Kernels
import Tensors
import Testing

struct ImageResamplingTests {
  /// Sources, outputs and taps: one pixel, tails of blocks and vectors, enlarging, and windows of 3, 4 and 5 taps,
  /// several times over.
  static let shapes: [(sources: Int, outputs: Int, taps: Int)] = [
    (1, 1, 1), (1, 7, 1), (2, 3, 2), (3, 1, 3), (5, 4, 4), (9, 9, 5), (13, 5, 6), (31, 33, 2), (40, 22, 3),
    (50, 17, 7), (64, 30, 8), (97, 6, 17), (300, 2, 151), (333, 3, 111),
  ]

  @Test("filtering along rows is exact, and touches nothing before or behind them", arguments: InstructionSet.available)
  func across(_ instructionSet: InstructionSet) throws {
    let kernels = try kernels(instructionSet).images
    for (shape, rows) in zip(Self.shapes + Self.shapes, [1, 2, 3, 5, 0, 4, 7].cycled(Self.shapes.count * 2)) {
      for channels in [1, 3] {
        var samples = Samples(seed: shape.sources * 10 + rows)
        let filter = samples.filter(sources: shape.sources, outputs: shape.outputs, taps: shape.taps)
        let stride = shape.sources * channels + rows
        let bytes = samples.bytes(5 + rows * stride + FilterAcrossCall.slack)
        let targetStride = FilterAcrossCall.targetStride(outputs: shape.outputs, channels: channels)
        let results = [kernels, KernelTable.scalar.images].map { table in
          let target = filledBytes(guardBytes + rows * targetStride + guardBytes)
          table.filterAcross(
            FilterAcrossCall(
              source: PixelRows(bytes, offset: 5, stride: stride, channels: channels), rows: rows, filter: filter,
              target: PixelRows(target, offset: guardBytes, stride: targetStride, channels: channels)))
          let guards = target.all.prefix(guardBytes) + target.all.suffix(guardBytes)
          #expect(guards.allSatisfy { $0 == guardByte }, "\(shape), \(rows) rows, \(channels) channels")
          return (0..<rows).map { row in
            let start = guardBytes + row * targetStride
            return Array(target.all[start..<start + shape.outputs * channels])
          }
        }
        #expect(results[0] == results[1], "\(shape), \(rows) rows, \(channels) channels")
      }
    }
  }

  @Test("filtering down columns is exact, and touches nothing beside them", arguments: InstructionSet.available)
  func down(_ instructionSet: InstructionSet) throws {
    let kernels = try kernels(instructionSet).images
    for (shape, columns) in zip(
      Self.shapes + Self.shapes, [1, 5, 16, 21, 64, 3, 43, 0, 100].cycled(Self.shapes.count * 2))
    {
      for channels in [1, 3] {
        var samples = Samples(seed: shape.sources * 10 + columns)
        let filter = samples.filter(sources: shape.sources, outputs: shape.outputs, taps: shape.taps)
        let stride = columns * channels + 3
        let bytes = samples.bytes(7 + shape.sources * stride)
        let targetStride = columns * channels + 2
        let results = [kernels, KernelTable.scalar.images].map { table in
          let target = filledBytes(guardBytes + shape.outputs * targetStride)
          table.filterDown(
            FilterDownCall(
              source: PixelRows(bytes, offset: 7, stride: stride, channels: channels), columns: columns,
              filter: filter, target: PixelRows(target, offset: guardBytes, stride: targetStride, channels: channels)))
          return target.all
        }
        #expect(results[0] == results[1], "\(shape), \(columns) columns, \(channels) channels")
      }
    }
  }

  @Test(
    "white stays white and black black under weights that sum to a little more than 1",
    arguments: InstructionSet.available)
  func limits(_ instructionSet: InstructionSet) throws {
    let kernels = try kernels(instructionSet).images
    let taps = 6
    let filter = makeFilter(starts: [0, 0, 0, 0, 0], taps: taps) { _, _ in (1 << ResampleFilter.precision) / 6 + 1 }
    for level in [UInt8(0), 255] {
      let source = filledBytes(taps * 3 + FilterAcrossCall.slack, level)
      let target = filledBytes(FilterAcrossCall.targetStride(outputs: 5, channels: 3))
      kernels.filterAcross(
        FilterAcrossCall(
          source: PixelRows(source, stride: 0, channels: 3), rows: 1, filter: filter,
          target: PixelRows(target, stride: 0, channels: 3)))
      #expect(target.all.prefix(15).allSatisfy { $0 == level })
    }
    // A weight of more than 1, which no resize has, is cut.
    let double = makeFilter(starts: [0], taps: 1) { _, _ in 2 << ResampleFilter.precision }
    let (source, target) = (filledBytes(40, 200), filledBytes(40))
    kernels.filterDown(
      FilterDownCall(
        source: PixelRows(source, stride: 40, channels: 1), columns: 39, filter: double,
        target: PixelRows(target, stride: 40, channels: 1)))
    #expect(target.all == Array(repeating: 255, count: 39) + [guardByte])
  }

  @Test(
    "what negative weights push below black or above white is cut, in vectors and in tails",
    arguments: InstructionSet.available)
  func overshoot(_ instructionSet: InstructionSet) throws {
    let kernels = try kernels(instructionSet).images
    let eighth = (Int32(1) << ResampleFilter.precision) / 8
    let outputs = 41
    // Sharpens; on black and white alone that changes nothing once it is cut.
    let filter = makeFilter(starts: Array(0..<outputs), taps: 3) { _, tap in [-eighth, 10 * eighth, -eighth][tap] }
    let levels = (0..<outputs + 2).map { UInt8($0 % 7 < 3 || $0 % 5 == 0 ? 255 : 0) }
    for channels in [1, 3] {
      // Levels change along the row for the one pass, from row to row for the other.
      let row = filledBytes(levels.count * channels + FilterAcrossCall.slack)
      for index in 0..<levels.count * channels { row[index] = levels[index / channels] }
      let across = filledBytes(FilterAcrossCall.targetStride(outputs: outputs, channels: channels))
      kernels.filterAcross(
        FilterAcrossCall(
          source: PixelRows(row, stride: 0, channels: channels), rows: 1, filter: filter,
          target: PixelRows(across, stride: 0, channels: channels)))
      #expect((0..<outputs * channels).allSatisfy { across[$0] == levels[$0 / channels + 1] })

      let stride = 83 * channels
      let column = filledBytes(levels.count * stride)
      for index in 0..<levels.count * stride { column[index] = levels[index / stride] }
      let down = filledBytes(outputs * stride)
      kernels.filterDown(
        FilterDownCall(
          source: PixelRows(column, stride: stride, channels: channels), columns: 83, filter: filter,
          target: PixelRows(down, stride: stride, channels: channels)))
      #expect((0..<outputs * stride).allSatisfy { down[$0] == levels[$0 / stride + 1] })
    }
  }

  @Test("windows hold every tap and waste few")
  func windows() {
    for taps in 1...200 {
      let window = ResampleFilter.windowTaps(taps)
      let stored = ResampleFilter.storedTaps(taps)
      #expect((3...5).contains(window) && stored % window == 0 && stored >= taps)
      #expect(taps < 3 || stored - taps <= 2)
    }
  }
}

private let guardBytes = 64
private let guardByte = UInt8(0xA5)

private func filledBytes(_ count: Int, _ value: UInt8 = guardByte) -> AlignedStorage<UInt8> {
  let storage = AlignedStorage<UInt8>(count: count)
  for index in 0..<count { storage[index] = value }
  return storage
}

/// A filter with the weights that `weight(output, tap)` gives.
private func makeFilter(starts: [Int], taps: Int, weight: (Int, Int) -> Int32) -> ResampleFilter {
  let padded = ResampleFilter.blocks(starts.count) * ResampleFilter.blockOutputs
  let places = AlignedStorage<Int32>(count: padded)
  let weights = AlignedStorage<Int32>(count: ResampleFilter.weightCount(outputs: starts.count, taps: taps))
  for output in 0..<padded {
    places[output] = Int32(starts[min(output, starts.count - 1)])
    for tap in 0..<taps {
      let index = ResampleFilter.index(output: output, tap: tap, storedTaps: ResampleFilter.storedTaps(taps))
      for lane in 0..<4 { weights[index + lane] = weight(output, tap) }
    }
  }
  return ResampleFilter(
    outputs: starts.count, taps: taps, reach: (starts.max() ?? 0) + taps, starts: places, weights: weights)
}

extension Samples {
  fileprivate mutating func bytes(_ count: Int) -> AlignedStorage<UInt8> {
    let storage = AlignedStorage<UInt8>(count: count)
    for index in 0..<count { storage[index] = UInt8(truncatingIfNeeded: bits() >> 32) }
    return storage
  }

  /// Random weights: for some outputs up to 1 in sum, for some of both signs, for some 1 in a single tap.
  fileprivate mutating func filter(sources: Int, outputs: Int, taps: Int) -> ResampleFilter {
    let starts = (0..<outputs).map { _ in Int(bits() % UInt64(sources - taps + 1)) }
    let one = Int32(1) << ResampleFilter.precision
    let whole = (0..<outputs).map { _ in Int(bits() % UInt64(2 * taps)) }
    let part = Int(one) / taps
    let lowest = (0..<outputs + 3).map { _ in bits() % 2 == 0 ? 0 : -part }
    let parts = (0..<(outputs + 3) * taps).map { index in
      let low = lowest[index / taps]
      return Int32(low + Int(bits() % UInt64(part - 2 * low + 1)))
    }
    return makeFilter(starts: starts, taps: taps) { output, tap in
      guard output < outputs, whole[output] < taps else { return parts[output * taps + tap] }
      return whole[output] == tap ? one : 0
    }
  }
}

extension AlignedStorage<UInt8> {
  fileprivate var all: [UInt8] { (0..<count).map { self[$0] } }
}

extension Array {
  /// As many elements as asked for, from the beginning again and again.
  fileprivate func cycled(_ count: Int) -> [Element] { (0..<count).map { self[$0 % self.count] } }
}
