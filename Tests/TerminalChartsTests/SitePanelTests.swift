import Figures
import Networks
import Tensors
import TerminalCharts
import TerminalSentinel
import Testing

struct SitePanelTests {
  private func names(_ functions: Int, _ source: CoefficientSource, width: Int = 36) -> [String] {
    let activation = Activation(
      functions: functions, sharing: .perChannel, coefficients: source, place: SitePlace(block: 1, site: "act"))
    let count = activation.hasCoefficients ? functions : 0
    let shape = FeatureShape(height: 2, width: 2, channels: 3)
    var figure = SiteFigure(unseen: ActivationSite(id: 0, node: "act", shape: shape, activation: activation))
    figure.images = 5
    figure.elements = 60
    figure.slopes = (0..<count).map { _ in MeanDeviation(mean: 1, deviation: 0.5) }
    figure.intercepts = (0..<count).map { _ in MeanDeviation(mean: 0, deviation: 0) }
    if count > 0 {
      figure.slopeOutsideUnit = ShareFigure(part: 1, whole: 2)
      figure.largeIntercept = ShareFigure(part: 0, whole: 2)
    }
    figure.positiveFromNegative = ShareFigure(part: 1, whole: 4)
    let panel = SidePanel(site: figure, fullestPixel: 1, width: width, capabilities: .full)
    return panel.rows.compactMap { row in
      if case .value(let name, let value) = row.content { "\(name): \(value)" } else { nil }
    }
  }

  @Test("A curve and a Maxout have no rows for slopes, and the slope difference says why", arguments: [21, 36])
  func withoutCoefficients(width: Int) {
    for (functions, source, kind, reason) in [
      (0, .curve(.hardSwish), "h-swish", "a curve"), (3, .maximum, "Maxout", "Maxout"),
    ] as [(Int, CoefficientSource, String, String)] {
      let rows = names(functions, source, width: width)
      #expect(rows.contains("kind: \(kind)") && rows.contains("|a1-a2|: none, \(reason)"))
      #expect(rows.contains("images: 5") && rows.contains { $0.hasPrefix("x<0") && $0.hasSuffix("25.0 %") })
      #expect(!rows.contains { $0.hasPrefix("slope") || $0.hasPrefix("intercept") || $0.hasPrefix("|b|") })
      #expect(!rows.contains { $0.hasPrefix("a1") || $0.hasPrefix("a<0") })
    }
  }

  @Test("A PReLU has its trained slopes, and one function has no difference")
  func withCoefficients() {
    let rows = names(2, .parametric(slope: "p"))
    #expect(rows.contains("kind: PReLU") && rows.contains("slope a2: 1.00 ± 0.50") && rows.contains("|a1-a2|: –"))
    #expect(names(1, .constant(slopes: [1], intercepts: [0])).contains("|a1-a2|: none, K 1"))
  }

  @Test("A name that is too long for the panel shows that something is lost")
  func longValue() {
    var sentinel = Sentinel(columns: 20, rows: 1)
    SidePanel(rows: [PanelRow(.value("kind", "DY-ReLU-A with attention"), priority: 0)]).draw(
      in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
    #expect(sentinel.row(0) == " kind DY-ReLU-A wi… ")
  }
}
