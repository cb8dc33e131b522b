import CVector
import KernelInterface
import Tensors

extension EpilogueMap {
  /// Sets the sums of `rows` rows to zero.
  func clearSums(rows: Int) {
    guard let sums else { return }
    for index in Swift.stride(from: 0, to: rows * period * stride, by: lanes) { storeVector(Vector(), sums + index) }
  }
}

/// Where a tile of consecutive positions lies. Pixels behind `last` repeat it; those before `first` were finished by
/// another tile.
struct TilePlace {
  /// The first pixel's position, counted from the output's beginning.
  let position: Int
  let channel: Int
  var first = 0
  let last: Int
  /// The row whose sums the tile adds to, counted from the output's beginning, and the first pixel's column. Not used
  /// without sums.
  var row = 0
  var column = 0
}

extension EpilogueMap {
  /// Whether a tile has a position whose argument is needed.
  @inline(__always)
  private func holdsNeeded(_ place: TilePlace, pixels: Int) -> Bool {
    if positionStep == 1 { return true }
    let step = UInt32(truncatingIfNeeded: positionStep)
    let behind = (UInt32(truncatingIfNeeded: place.position) + step - UInt32(truncatingIfNeeded: firstPosition)) % step
    return behind == 0 || Int(step - behind) < pixels
  }

  /// Fetches a part of what is upcoming: the part between the shares of the output that are done before and after a
  /// tile.
  @inline(__always)
  func fetchUpcoming(from start: Int, count: Int) {
    guard let upcoming else { return }
    // Whole cache lines of 16 floats.
    var index = Int(Float(start) * upcomingShare) & ~15
    let end = Int(Float(start + count) * upcomingShare) & ~15
    while index < end {
      vector_prefetch(upcoming + index)
      index += 16
    }
  }

  /// Finishes a tile and stores it.
  @inline(__always)
  func finish<let pixels: Int, let vectors: Int>(_ tile: Tile<pixels, vectors>, at place: TilePlace) {
    let offset = place.position * stride + place.channel
    if form == .general {
      tile.store(to: output + offset, stride: stride, last: place.last)
      finishStored(pixels: pixels, vectors: vectors, at: place)
      return
    }
    if let argument, holdsNeeded(place, pixels: pixels) {
      tile.store(to: argument + offset, stride: stride, last: place.last)
    }
    let coefficients = (slopes: slopes + place.channel, intercepts: intercepts + place.channel)
    switch form {
    case .identity, .general: pass(tile, Identity(), place)
    case .identityPlus: pass(tile, Plus(inner: Identity(), addend: added(offset)), place)
    case .rectifier: pass(tile, Rectifier(bound: all(bound)), place)
    case .hardSwish: pass(tile, HardSwishFunction(), place)
    case .oneLine: pass(tile, OneLine(coefficients), place)
    case .oneLinePlus:
      if let result { show(tile, OneLine(coefficients), place, to: result + offset) }
      pass(tile, Plus(inner: OneLine(coefficients), addend: added(offset)), place)
    case .oneLineTimes: pass(tile, Times(inner: OneLine(coefficients), factors: factors(place)), place)
    case .twoLines: pass(tile, TwoLines(coefficients, stride: stride), place)
    case .twoLinesTimes:
      pass(tile, Times(inner: TwoLines(coefficients, stride: stride), factors: factors(place)), place)
    }
  }

  private func added(_ offset: Int) -> Floats { residual.unsafelyUnwrapped + offset }
  private func factors(_ place: TilePlace) -> Floats { attention.unsafelyUnwrapped + place.position }

  /// Applies a function to every vector of a tile and stores the results for those who watch.
  @inline(__always)
  private func show<let pixels: Int, let vectors: Int, Function: TileFunction>(
    _ tile: Tile<pixels, vectors>, _ function: Function, _ place: TilePlace, to target: MutableFloats
  ) {
    for vector in 0..<vectors {
      let coefficients = function.coefficients(vector * lanes)
      for pixel in 0..<pixels {
        let shown = min(pixel, place.last)
        let offset = shown * stride + vector * lanes
        storeVector(
          function.apply(tile.sums[vector][pixel], coefficients, pixel: shown, offset: offset), target + offset)
      }
    }
  }

  /// Applies a function to every vector of a tile, stores the results and adds them to the sums.
  @inline(__always)
  private func pass<let pixels: Int, let vectors: Int, Function: TileFunction>(
    _ tile: Tile<pixels, vectors>, _ function: Function, _ place: TilePlace
  ) {
    let target = output + place.position * stride + place.channel
    let row = sums.map { $0 + place.row * period * stride + place.channel }
    for vector in 0..<vectors {
      let coefficients = function.coefficients(vector * lanes)
      // Sums of pixels with even and with odd numbers.
      var (even, odd) = (Vector(), Vector())
      for pixel in 0..<pixels {
        let shown = min(pixel, place.last)
        let offset = shown * stride + vector * lanes
        let y = function.apply(tile.sums[vector][pixel], coefficients, pixel: shown, offset: offset)
        storeVector(y, target + offset)
        if pixel & 1 == 0 { even = even + y } else { odd = odd + y }
      }
      guard let row, place.first == 0, place.last >= pixels - 1 else { continue }
      addSums(even, odd, to: row + vector * lanes, column: place.column)
    }
    if let row, place.first > 0 || place.last < pixels - 1 {
      addStored(pixels: pixels, vectors: vectors, place, to: row)
    }
  }

  /// Adds a whole tile's sums to its row's.
  @inline(__always)
  private func addSums(_ even: Vector, _ odd: Vector, to row: MutableFloats, column: Int) {
    if period == 1 {
      addTo(row, even + odd)
    } else {
      let isOdd = column & 1
      addTo(row + isOdd * stride, even)
      addTo(row + (1 - isOdd) * stride, odd)
    }
  }

  /// Adds the pixels that no other tile has, read back from the output, in the order in which a whole tile's are added.
  @inline(never)
  func addStored(pixels: Int, vectors: Int, _ place: TilePlace, to row: MutableFloats) {
    let end = min(place.last, pixels - 1) + 1
    for vector in 0..<vectors {
      var (even, odd) = (Vector(), Vector())
      for pixel in place.first..<end {
        let y = load(Floats(output) + (place.position + pixel) * stride + place.channel + vector * lanes)
        if pixel & 1 == 0 { even = even + y } else { odd = odd + y }
      }
      addSums(even, odd, to: row + vector * lanes, column: place.column)
    }
  }

  @inline(__always)
  private func addTo(_ sums: MutableFloats, _ value: Vector) { storeVector(load(Floats(sums)) + value, sums) }
}
