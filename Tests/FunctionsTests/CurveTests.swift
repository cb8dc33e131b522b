import Functions
import Testing

@Suite struct CurveTests {
  @Test("every curve has its value at 1 and -1, as tables give them")
  func values() {
    let expected: [(Curve, one: Double, minusOne: Double)] = [
      (.hardSwish, 2.0 / 3, -1.0 / 3), (.hardSigmoid, 2.0 / 3, 1.0 / 3),
      (.silu, 0.731_058_578_630_004_9, -0.268_941_421_369_995_1),
      (.gelu, 0.841_344_746_068_542_9, -0.158_655_253_931_457_05),
      (.tanhGELU, 0.841_191_990_608_276_8, -0.158_808_009_391_723_2),
      (.sigmoid, 0.731_058_578_630_004_9, 0.268_941_421_369_995_1),
      (.tanh, 0.761_594_155_955_764_9, -0.761_594_155_955_764_9),
      (.elu, 1, -0.632_120_558_828_557_7),
      (.mish, 0.865_098_388_267_310_3, -0.303_401_461_374_108_95),
      (.softplus, 1.313_261_687_518_222_8, 0.313_261_687_518_222_8),
    ]
    #expect(expected.map(\.0) == Curve.allCases)
    for (curve, one, minusOne) in expected {
      #expect(abs(curve.value(1) - one) < 1e-7, "\(curve) at 1 is \(curve.value(1))")
      #expect(abs(curve.value(-1) - minusOne) < 1e-7, "\(curve) at -1 is \(curve.value(-1))")
    }
  }

  @Test("far out every curve goes to its limit without overflow, and NaN stays")
  func farOut() {
    for curve in Curve.allCases {
      let (far, low) = (curve.value(1e4), curve.value(-1e4))
      switch curve {
      case .hardSigmoid, .sigmoid: #expect(far == 1 && low == 0)
      case .tanh: #expect(far == 1 && low == -1)
      case .elu: #expect(far == 1e4 && low == -1)
      case .hardSwish, .silu, .gelu, .tanhGELU, .mish, .softplus: #expect(far == 1e4 && abs(low) < 1e-300)
      }
      #expect(curve.value(.nan).isNaN)
    }
  }

  @Test("with factors the curves are ELU with alpha, SELU, CELU and softplus with beta, as PyTorch gives them")
  func scales() {
    let cases: [(Curve, CurveScales, one: Double, minusOne: Double)] = [
      (.elu, CurveScales(negative: 0.5), 1, -0.316_060_279_414_278_84),
      (.elu, CurveScales(output: 1.050_701, negative: 1.673_263_2), 1.050_700_987_355_480_5, -1.111_330_737_812_562_6),
      (.elu, CurveScales(input: 4, output: 0.25), 1, -0.245_421_090_277_816_46),
      (.softplus, CurveScales(input: 2.5, output: 0.4), 1.031_555_893_717_019_9, 0.031_555_893_717_019_9),
      (.elu, .plain, 1, -0.632_120_558_828_557_7),
    ]
    for (curve, scales, one, minusOne) in cases {
      #expect(abs(scales.value(of: curve, at: 1) - one) < 1e-6)
      #expect(abs(scales.value(of: curve, at: -1) - minusOne) < 1e-6)
    }
  }

  @Test("gates are what their words say")
  func gates() {
    for z in stride(from: -5.0, through: 5, by: 0.5) {
      let sigmoid = Curve.sigmoid.value(z)
      let hard = Curve.hardSigmoid.value(z)
      #expect(abs(Gate.symmetricSigmoid.value(z) - (2 * sigmoid - 1)) < 1e-15)
      #expect(Gate.symmetricHardSigmoid.value(z) == 2 * hard - 1)
      #expect(Gate.sigmoid.value(z) == sigmoid && Gate.hardSigmoid.value(z) == hard)
    }
    #expect(Gate.symmetricSigmoid.value(1e-12) == 5e-13, "nothing cancels near 0")
  }
}
