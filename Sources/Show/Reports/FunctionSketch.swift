import Figures

/// A small drawing of one channel's function in one image, over the function of its mean slopes and intercepts.
struct FunctionSketch {
  /// What the image has.
  var function: PiecewiseLinear
  /// That of the means over all images; nil where they are not known.
  var mean: PiecewiseLinear?
  /// The pair that is looked at.
  var pair: (x: Double, y: Double)?
  /// What it is, for those who do not see it.
  var title: String

  private static let side = 100.0
  /// Places at which a function is drawn.
  private static let steps = 64

  var html: HTML {
    .node(
      "svg", ["class": "sketch", "viewBox": "0 0 100 100", "role": "img", "xmlns": "http://www.w3.org/2000/svg"],
      [
        .element("title", [:], .text(title)), .element("desc", [:], .text(description)),
        .element("rect", ["class": "frame", "x": "0.5", "y": "0.5", "width": "99", "height": "99"]),
        .element("path", ["class": "axis", "d": "M0 50H100M50 0V100"]),
      ]
        + [
          Self.relu.map { line($0, class: "relu") }, mean.map { line($0, class: "mean") },
          line(function, class: "function"),
        ]
        .compactMap { $0 } + [dot, scale].compactMap { $0 })
  }

  /// How far the axes go.
  private var scale: HTML {
    .element("text", ["x": "3", "y": "97"], .text("±\(NumberText.fixed(reach, decimals: 0))"))
  }

  private static let relu = PiecewiseLinear(slopes: [1, 0], intercepts: [0, 0])

  /// Both axes go from its negative to it: a power of two, so that sketches can be compared.
  var reach: Double {
    let furthest = pair.map { max(abs($0.x), abs($0.y)) } ?? 0
    var reach = 2.0
    // The dot stands whole in the frame.
    while reach < 1.08 * furthest, reach < 1e6 { reach *= 2 }
    return reach
  }

  private var description: String {
    "Solid: y over x in this image. Dashed: with the means over the images. Dotted: a ReLU. Both axes from "
      + "-\(NumberText.fixed(reach, decimals: 0)) to \(NumberText.fixed(reach, decimals: 0))."
  }

  private func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (Self.side * (x + reach) / (2 * reach), Self.side * (reach - y) / (2 * reach))
  }

  private func line(_ function: PiecewiseLinear, class style: String) -> HTML {
    let points = (0...Self.steps).map { step in
      let x = reach * (2 * Double(step) / Double(Self.steps) - 1)
      // A little outside the frame, which cuts it off.
      let place = place(x, min(max(function(x), -2 * reach), 2 * reach))
      return "\(NumberText.fixed(place.x, decimals: 1)) \(NumberText.fixed(place.y, decimals: 1))"
    }
    return .element("path", ["class": style, "d": "M" + points.joined(separator: "L")])
  }

  private var dot: HTML? {
    pair.map { pair in
      let place = place(pair.x, pair.y)
      return .element(
        "circle",
        [
          "class": "dot", "cx": NumberText.fixed(place.x, decimals: 1), "cy": NumberText.fixed(place.y, decimals: 1),
          "r": "3.5",
        ])
    }
  }
}
