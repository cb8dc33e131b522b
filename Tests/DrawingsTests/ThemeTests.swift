import Drawings
import Figures
import Foundation
import Testing

/// L* of a colour (CIE 1976), 0...100: how light it looks, and what is left of it in grey.
private func lightness(_ color: DrawingColor) -> Double {
  func linear(_ byte: UInt8) -> Double {
    let value = Double(byte) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }
  let luminance = 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
  return luminance > 0.008856 ? 116 * cbrt(luminance) - 16 : 903.3 * luminance
}

@Suite struct ThemeTests {
  @Test(
    "The density's levels grow darker on a light ground, lighter on a dark one, in equal steps",
    arguments: DrawingTheme.allCases)
  func monotone(_ theme: DrawingTheme) {
    let levels = theme.palette(.density).map(lightness)
    let steps = zip(levels, levels.dropFirst()).map { theme == .dark ? $1 - $0 : $0 - $1 }
    #expect(levels.count == 16 && steps.allSatisfy { $0 > 2.5 })
    let inner = steps.dropFirst()
    #expect((inner.max() ?? 0) - (inner.min() ?? 0) < 0.6)
    let greys = theme.palette(.grey).map(lightness)
    #expect(zip(greys, greys.dropFirst()).allSatisfy { theme == .dark ? $0 < $1 : $0 > $1 })
  }

  @Test(
    "A difference's levels are as far from the ground on either side, and grow away from it",
    arguments: DrawingTheme.allCases)
  func diverging(_ theme: DrawingTheme) {
    let palette = theme.palette(.difference)
    #expect(palette.count == 16 && palette[7] == palette[8])
    for step in 1...7 {
      let (more, less) = (lightness(palette[8 + step]), lightness(palette[7 - step]))
      #expect(abs(more - less) < 2.5)
      let before = lightness(palette[7 + step])
      #expect(theme == .dark ? more > before : more < before)
    }
  }

  @Test("Text and lines are told from the ground", arguments: DrawingTheme.allCases)
  func contrast(_ theme: DrawingTheme) throws {
    let drawing = try Drawing(FigureOrder(theme: theme), of: syntheticRun())
    let ground = lightness(drawing.ground)
    for text in drawing.texts { #expect(abs(lightness(text.color) - ground) > 55) }
    for kind in FunctionKind.allCases { #expect(abs(lightness(theme.color(of: kind)) - ground) > 25, "\(kind)") }
  }
}
