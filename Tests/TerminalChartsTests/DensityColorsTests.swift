import TerminalCharts
import Testing

struct DensityColorsTests {
  /// Relative luminance of an entry of the 256-colour palette's cube.
  private func luminance(_ index: UInt8) -> Double {
    let levels = [0, 95, 135, 175, 215, 255].map { Double($0) / 255 }
    let cube = Int(index) - 16
    let parts = [levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6]]
    let linear = parts.map { part -> Double in
      let base = (part + 0.055) / 1.055
      return part <= 0.04045 ? part / 12.92 : base * base * base.squareRoot()
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  @Test("Each of the sixteen colours is lighter than the one before, on a light ground darker")
  func order() {
    for ramp in [DensityColors.ramp, DensityColors.lightRamp.reversed()] {
      #expect(ramp.count == 16)
      #expect(ramp.allSatisfy { (16..<232).contains($0) })
      for (darker, lighter) in zip(ramp, ramp.dropFirst()) { #expect(luminance(darker) < luminance(lighter)) }
    }
  }

  @Test("Ten characters shade what colours cannot, all of them ASCII")
  func characters() {
    #expect(DensityColors.characters.count == 10)
    #expect(DensityColors.characters.allSatisfy { $0.isASCII })
    #expect(DensityColors.characters.first == " ")
  }
}
