import CVector
import KernelInterface
import Tensors

/// An ``Epilogue`` as addresses and numbers alone: a copy of it counts no references.
struct EpilogueMap {
  enum Form {
    case identity, rectifier, oneLine, twoLines, threeLines, manyLines
  }

  let form: Form
  let functions: Int
  let slopes: Floats
  let intercepts: Floats
  /// Infinity for none.
  let bound: Float
  let attention: Floats?
  let addend: Floats?
  let residual: Floats?
  let argument: MutableFloats?
  let result: MutableFloats?
  let sums: MutableFloats?
  let period: Int
  let output: MutableFloats
  /// Floats from one position to the next, in everything that is laid out like the output.
  let stride: Int

  init(_ epilogue: Epilogue, output: TensorSlice, stride: Int) {
    switch epilogue.function {
    case .identity: (form, functions, slopes, intercepts) = (.identity, 0, Floats(output.pointer), Floats(output.pointer))
    case .rectifier:
      (form, functions, slopes, intercepts) = (.rectifier, 0, Floats(output.pointer), Floats(output.pointer))
    case .lines(let lines):
      let forms: (Form, Form, Form) = (.oneLine, .twoLines, .threeLines)
      functions = lines.functions
      form = functions == 1 ? forms.0 : functions == 2 ? forms.1 : functions == 3 ? forms.2 : .manyLines
      slopes = Floats(lines.slopes.pointer)
      intercepts = Floats(lines.intercepts.pointer)
    }
    bound = epilogue.upperBound
    attention = epilogue.attention.map { Floats($0.pointer) }
    addend = epilogue.addend.map { Floats($0.pointer) }
    residual = epilogue.residual.map { Floats($0.pointer) }
    argument = epilogue.argument?.pointer
    result = epilogue.result?.pointer
    sums = epilogue.sums?.storage.pointer
    period = epilogue.sums?.period ?? 1
    self.output = output.pointer
    self.stride = stride
  }

  /// Sets the sums of `rows` rows to zero.
  func clearSums(rows: Int) {
    guard let sums else { return }
    for index in Swift.stride(from: 0, to: rows * period * stride, by: lanes) { storeVector(Vector(), sums + index) }
  }
}

/// Where a tile of consecutive positions lies. Pixels behind `last` repeat it; those before `first` were finished by another tile.
struct TilePlace {
  /// The first pixel's position, counted from the output's beginning.
  let position: Int
  let channel: Int
  var first = 0
  let last: Int
  /// The row whose sums the tile adds to, counted from the output's beginning, and the first pixel's column. Not used without sums.
  var row = 0
  var column = 0
}

extension EpilogueMap {
  /// Finishes a tile and stores it.
  @inline(__always)
  func finish<let pixels: Int, let vectors: Int>(_ tile: inout Tile<pixels, vectors>, at place: TilePlace) {
    let offset = place.position * stride + place.channel
    if let addend { tile.add(addend + offset, stride: stride, last: place.last) }
    if let argument { tile.store(to: argument + offset, stride: stride, last: place.last) }
    switch form {
    case .identity: break
    case .rectifier: tile.rectify()
    case .oneLine: lines(1, &tile, place.channel)
    case .twoLines: lines(2, &tile, place.channel)
    case .threeLines: lines(3, &tile, place.channel)
    case .manyLines: manyLines(&tile, place.channel)
    }
    if let attention { tile.multiply(attention + place.position, last: place.last) }
    if bound < .infinity { tile.limit(bound) }
    if let result { tile.store(to: result + offset, stride: stride, last: place.last) }
    if let residual { tile.add(residual + offset, stride: stride, last: place.last) }
    tile.store(to: output + offset, stride: stride, last: place.last)
    if let sums {
      let row = sums + place.row * period * stride + place.channel
      if place.first == 0 && place.last >= pixels - 1 {
        addSums(tile, to: row, column: place.column)
      } else {
        addStored(pixels: pixels, vectors: vectors, place, to: row)
      }
    }
  }

  /// `max_k(a_k x + b_k)` with K known to the compiler.
  @inline(__always)
  private func lines<let pixels: Int, let vectors: Int>(
    _ functions: Int, _ tile: inout Tile<pixels, vectors>, _ channel: Int
  ) {
    for vector in 0..<vectors {
      let first = (load(slopes + channel + vector * lanes), load(intercepts + channel + vector * lanes))
      let second = coefficients(functions > 1 ? 1 : 0, channel + vector * lanes)
      let third = coefficients(functions > 2 ? 2 : 0, channel + vector * lanes)
      for pixel in 0..<pixels {
        let x = tile.sums[vector][pixel]
        var largest = vector_add_product(first.1, x, first.0)
        if functions > 1 { largest = vector_larger(largest, vector_add_product(second.1, x, second.0)) }
        if functions > 2 { largest = vector_larger(largest, vector_add_product(third.1, x, third.0)) }
        tile.sums[vector][pixel] = largest
      }
    }
  }

  @inline(__always)
  private func coefficients(_ function: Int, _ channel: Int) -> (Vector, Vector) {
    (load(slopes + function * stride + channel), load(intercepts + function * stride + channel))
  }

  /// Any number of lines, their coefficients read for each vector.
  @inline(__always)
  private func manyLines<let pixels: Int, let vectors: Int>(_ tile: inout Tile<pixels, vectors>, _ channel: Int) {
    for vector in 0..<vectors {
      for pixel in 0..<pixels {
        let x = tile.sums[vector][pixel]
        var largest = Vector(repeating: -.infinity)
        for function in 0..<functions {
          let (slope, intercept) = coefficients(function, channel + vector * lanes)
          largest = vector_larger(vector_add_product(intercept, x, slope), largest)
        }
        tile.sums[vector][pixel] = largest
      }
    }
  }

  /// Adds all pixels of a tile to its row's sums.
  @inline(__always)
  private func addSums<let pixels: Int, let vectors: Int>(
    _ tile: Tile<pixels, vectors>, to row: MutableFloats, column: Int
  ) {
    for vector in 0..<vectors {
      if period == 1 {
        addTo(row + vector * lanes, tile.sum(vector, from: 0, by: 1))
      } else {
        let isOdd = column & 1
        addTo(row + vector * lanes + isOdd * stride, tile.sum(vector, from: 0, by: 2))
        if pixels > 1 { addTo(row + vector * lanes + (1 - isOdd) * stride, tile.sum(vector, from: 1, by: 2)) }
      }
    }
  }

  /// Adds the pixels that no other tile has, read back from the output.
  @inline(__always)
  private func addStored(pixels: Int, vectors: Int, _ place: TilePlace, to row: MutableFloats) {
    var pixel = place.first
    while pixel <= min(place.last, pixels - 1) {
      let stored = output + (place.position + pixel) * stride + place.channel
      let sums = row + (period == 1 ? 0 : (place.column + pixel) & 1) * stride
      for vector in 0..<vectors { addTo(sums + vector * lanes, load(Floats(stored) + vector * lanes)) }
      pixel += 1
    }
  }

  @inline(__always)
  private func addTo(_ sums: MutableFloats, _ value: Vector) { storeVector(load(Floats(sums)) + value, sums) }
}

extension Tile {
  /// Adds a map to pixels `0...last`.
  @inline(__always)
  mutating func add(_ map: Floats, stride: Int, last: Int) {
    for pixel in 0..<pixels {
      for vector in 0..<vectors {
        sums[vector][pixel] = sums[vector][pixel] + load(map + min(pixel, last) * stride + vector * lanes)
      }
    }
  }

  @inline(__always)
  mutating func rectify() {
    let zero = Vector()
    for vector in 0..<vectors {
      for pixel in 0..<pixels { sums[vector][pixel] = vector_larger(sums[vector][pixel], zero) }
    }
  }

  @inline(__always)
  mutating func limit(_ bound: Float) {
    let bound = all(bound)
    for vector in 0..<vectors {
      for pixel in 0..<pixels { sums[vector][pixel] = vector_smaller(sums[vector][pixel], bound) }
    }
  }

  @inline(__always)
  mutating func multiply(_ factors: Floats, last: Int) {
    for pixel in 0..<pixels {
      let factor = all(factors[min(pixel, last)])
      for vector in 0..<vectors { sums[vector][pixel] = sums[vector][pixel] * factor }
    }
  }

  /// The sum of every `step`th pixel from `start` on.
  @inline(__always)
  func sum(_ vector: Int, from start: Int, by step: Int) -> Vector {
    var even = sums[vector][start]
    var odd = Vector()
    for pixel in 0..<pixels where pixel > start && (pixel - start) % step == 0 {
      if (pixel - start) / step % 2 == 0 { even = even + sums[vector][pixel] } else { odd = odd + sums[vector][pixel] }
    }
    return even + odd
  }
}
