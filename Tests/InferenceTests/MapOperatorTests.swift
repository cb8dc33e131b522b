import Inference
import Networks
import Tensors
import Testing

/// Operators that move, sample, pool, join and combine whole maps.
extension OperatorTests {
  @Test("upsampling of every kind, by factors and to any size, also down to one position")
  func upsampling() throws {
    let targets: [Upsampling.Target] = [
      .factor(Extent2D(2)), .factor(Extent2D(height: 3, width: 2)), .size(Extent2D(height: 7, width: 5)),
      .size(Extent2D(height: 1, width: 3)), .size(Extent2D(height: 2, width: 11)),
    ]
    for (height, width) in [(3, 4), (1, 1), (4, 1), (2, 5)] {
      for target in targets {
        for interpolation in [
          Upsampling.Interpolation.nearest, .nearestCentre, .bilinear(alignsCorners: false),
          .bilinear(alignsCorners: true),
        ] {
          for step in [nil, Upsampling.Step(vertical: 0.4, horizontal: 1.7)] {
            let options = Upsampling(target, step: step, interpolation: interpolation)
            try expectEqual(
              FeatureShape(height: height, width: width, channels: 9),
              [("up", .upsample(options), ["input"]), ("conv", convolution(5, kernel: 3), ["up"])],
              "\(target) \(interpolation)")
          }
        }
      }
    }
  }

  /// What the reference makes of a map at another size.
  private func sampled(_ values: [Float], _ shape: FeatureShape, _ options: Upsampling) throws -> [Double]? {
    let graph = Graph(
      nodes: [
        Node(name: "input", operation: .input(shape), inputs: []),
        Node(name: "up", operation: .upsample(options), inputs: ["input"]),
      ], output: "up")
    let reference = try ReferenceExecutor(graph, weights: try randomWeights(graph, seed: 1))
    return reference.values(of: TensorSlice(values))["up"]?.values
  }

  @Test("linear interpolation may begin anywhere, also outside the map, whose outermost values go on")
  func offset() throws {
    let options = Upsampling(
      .size(Extent2D(height: 5, width: 4)), step: .init(vertical: 0.75, horizontal: 0.5),
      offset: .init(vertical: -0.5, horizontal: 0.25), interpolation: .bilinear(alignsCorners: false))
    let shape = FeatureShape(height: 3, width: 2, channels: 1)
    try expectEqual(
      FeatureShape(height: 3, width: 2, channels: 9),
      [("up", .upsample(options), ["input"]), ("conv", convolution(5, kernel: 3), ["up"])], "offset")
    // 10 a row and 1 a column: a value says where it was taken.
    let values = try sampled([0, 1, 10, 11, 20, 21], shape, options)
    #expect(values == [0.0, 2.5, 10, 17.5, 20].flatMap { row in [0.25, 0.75, 1, 1].map { row + $0 } })
  }

  @Test("a nearest position is found in single precision: 3 times a third is 1")
  func nearest() throws {
    let shape = FeatureShape(height: 2, width: 1, channels: 1)
    let options = Upsampling(.size(Extent2D(height: 6, width: 1)), interpolation: .nearest)
    let values = try sampled([1, 2], shape, options)
    #expect(values == [1, 1, 1, 2, 2, 2])
  }

  @Test("rows, columns and channels are moved, repeated, left out and filled with zeros")
  func rearrangements() throws {
    typealias Place = Rearrangement.Place
    let shape = FeatureShape(height: 4, width: 6, channels: 12)
    let choices = [
      Rearrangement(rows: [Place(row: 3), nil, Place(row: 0), Place(row: 3)]),
      Rearrangement(columns: (0..<6).reversed().map { Place(column: $0) }, channels: [nil, Place(channel: 11), nil]),
      Rearrangement(
        rows: (0..<2).map { Place(row: 2 * $0) }, columns: (0..<3).map { Place(column: 2 * $0) },
        channels: (0..<48).map { Place(row: $0 / 24, column: $0 / 12 % 2, channel: $0 % 12) }),
      Rearrangement(
        rows: (0..<8).map { Place(row: $0 / 2, channel: 2 * ($0 % 2)) },
        columns: (0..<12).map { Place(column: $0 / 2, channel: $0 % 2) },
        channels: (0..<3).map { Place(channel: 4 * $0) }),
      Rearrangement(
        rows: (0..<6).map { Place(column: $0) }, columns: (0..<4).map { Place(row: $0) }),
      Rearrangement(),
    ]
    for options in choices {
      try expectEqual(
        shape,
        [
          ("early", .rearrange(options), ["input"]), ("conv", convolution(12, kernel: 3), ["input"]),
          ("moved", .rearrange(options), ["conv"]), ("sum", .add, ["moved", "early"]),
          ("last", convolution(5, kernel: 3, weight: "last"), ["sum"]),
        ])
    }
  }

  @Test("joins along rows and columns")
  func joins() throws {
    for (axis, kernel) in [
      (MapAxis.rows, Extent2D(height: 2, width: 1)), (.columns, Extent2D(height: 1, width: 2)),
      (.channels, Extent2D(1)),
    ] {
      let other = Convolution(outChannels: 21, kernel: kernel, weight: "o", bias: "ob")
      try expectEqual(
        FeatureShape(height: 3, width: 5, channels: 4),
        [
          ("one", convolution(21, kernel: 3), ["input"]), ("two", .convolution(other), ["input"]),
          ("join", .concatenate(axis), ["two", "one", "two"]),
          ("last", convolution(5, kernel: 3, weight: "l"), ["join"]),
        ], "\(axis)")
    }
  }

  @Test("two maps are combined in every way, with one row, column, channel or position for all in either")
  func combinations() throws {
    func pool(_ rows: Range<Int>?, _ columns: Range<Int>?) -> Networks.Operation {
      .poolParts(
        PartPooling(
          .average, rows: rows.map { [$0] } ?? (0..<4).map { $0..<$0 + 1 },
          columns: columns.map { [$0] } ?? (0..<5).map { $0..<$0 + 1 }))
    }
    for function in Combination.functions {
      for (first, second) in [
        ("map", "map"), ("map", "down"), ("across", "map"), ("down", "across"), ("vector", "map"), ("plane", "down"),
        ("map", "plane"), ("row", "vector"),
      ] {
        // A quotient by what is near 0 has no single value to compare with.
        let under = function == .divide ? "under" : second
        try expectEqual(
          FeatureShape(height: 4, width: 5, channels: 19),
          [
            ("map", convolution(19, kernel: 3), ["input"]), ("plane", convolution(1, weight: "p"), ["input"]),
            ("down", pool(nil, 0..<5), ["map"]), ("across", pool(0..<4, nil), ["input"]),
            ("vector", .globalAveragePool, ["input"]), ("row", pool(0..<4, nil), ["plane"]),
            ("under", activation(.curve(.softplus), functions: 0), [second]),
            ("x", .combine(function), [first, under]), ("last", convolution(3, kernel: 3, weight: "l"), ["x"]),
          ], "\(function) of \(first) and \(second)")
      }
    }
  }

  @Test("parts of a map are pooled, of any size")
  func parts() throws {
    for kind in [PartPooling.Kind.maximum, .average] {
      let options = PartPooling(kind, rows: [0..<2, 1..<4, 3..<4], columns: [0..<5, 2..<3])
      try expectEqual(
        FeatureShape(height: 4, width: 5, channels: 18),
        [("parts", .poolParts(options), ["input"]), ("conv", convolution(5, kernel: 3), ["parts"])], "\(kind)")
    }
  }

  @Test("kernels are mixed for each image, for every form of convolution")
  func mixedConvolutions() throws {
    for (outChannels, kernel, groups, bias) in [(9, 1, 1, nil), (9, 3, 1, "wb"), (6, 3, 6, "wb"), (8, 3, 2, "wb")] {
      let options = Convolution(
        outChannels: outChannels, kernel: Extent2D(kernel), stride: Extent2D(kernel == 1 ? 1 : 2),
        padding: Padding(kernel / 2), groups: groups, weight: "w", bias: bias)
      try expectEqual(
        FeatureShape(height: 5, width: 7, channels: 6),
        [
          ("pool", .globalAveragePool, ["input"]),
          ("route", .linear(Linear(outFeatures: 3, weight: "r", bias: "rb")), ["pool"]),
          ("shares", activation(.curve(.sigmoid), functions: 0), ["route"]),
          ("mixed", .mixedConvolution(MixedConvolution(options, kernels: 3)), ["input", "shares"]),
          ("act", .activation(.relu(at: SitePlace(block: 1, site: "s"))), ["mixed"]),
          ("last", convolution(4, weight: "l"), ["act"]),
        ], "\(outChannels), \(kernel), \(groups)")
    }
  }

  @Test("transposed convolutions of every stride, padding, dilation and group width")
  func transposedConvolutions() throws {
    for (inChannels, outChannels, groups) in [(5, 7, 1), (6, 4, 2), (18, 18, 18), (32, 16, 1)] {
      for (kernel, stride, padding, more, dilation) in [
        (Extent2D(2), Extent2D(2), Extent2D(0), Extent2D(0), Extent2D(1)),
        (Extent2D(4), Extent2D(2), Extent2D(1), Extent2D(0), Extent2D(1)),
        (Extent2D(3), Extent2D(2), Extent2D(1), Extent2D(1), Extent2D(1)),
        (Extent2D(3), Extent2D(1), Extent2D(1), Extent2D(0), Extent2D(1)),
        (Extent2D(1), Extent2D(1), Extent2D(0), Extent2D(0), Extent2D(1)),
        (Extent2D(1), Extent2D(3), Extent2D(0), Extent2D(height: 2, width: 0), Extent2D(1)),
        (
          Extent2D(height: 3, width: 2), Extent2D(height: 3, width: 1), Extent2D(height: 2, width: 0), Extent2D(0),
          Extent2D(height: 2, width: 3)
        ),
        (Extent2D(2), Extent2D(4), Extent2D(3), Extent2D(0), Extent2D(1)),
      ] {
        let options = TransposedConvolution(
          outChannels: outChannels, kernel: kernel, stride: stride, padding: padding, outputPadding: more,
          dilation: dilation, groups: groups, weight: "w", bias: "b")
        try expectEqual(
          FeatureShape(height: 4, width: 3, channels: inChannels),
          [
            ("up", .transposedConvolution(options), ["input"]),
            ("act", activation(.curve(.silu), functions: 0), ["up"]),
          ], "\(inChannels) to \(outChannels), \(groups) groups, \(kernel), \(stride), \(padding), \(dilation)")
      }
    }
  }
}
