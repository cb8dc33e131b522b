import Figures
import Terminal

/// The words on screens about channels.
enum ChannelWords {
  static let all: [Glossary.Entry] = [
    Glossary.Entry(term: ChannelColumns.Title.kind, text: "kind of the mean function, by the slopes that inputs use:"),
    Glossary.Entry(term: "  V", text: "falls below the bend and rises above it"),
    Glossary.Entry(term: "  leaky", text: "rises on both sides, above the bend more"),
    Glossary.Entry(term: "  ReLU-like", text: "flat, then a slope of 1 ± 0.1"),
    Glossary.Entry(term: "  scaled", text: "flat, then a slope that is not 1"),
    Glossary.Entry(term: "  inverted", text: "falls, then falls less or is flat"),
    Glossary.Entry(term: "  linear", text: "slopes differ by less than 0.1"),
    Glossary.Entry(term: "  flat, dead", text: "slopes within ± 0.05; all outputs are equal"),
    Glossary.Entry(term: "a1, a2", text: "slopes, mean ± deviation over images"),
    Glossary.Entry(term: ChannelColumns.Title.firstSegment, text: "share of inputs for which a1 x + b1 is the largest"),
    Glossary.Entry(
      term: ChannelColumns.Title.byClass, text: Measure.byClassHelp),
    Glossary.Entry(
      term: ChannelColumns.Title.sketch, text: "the function of the mean slopes and intercepts over the scatter's range"
    ),
    Glossary.Entry(term: ChannelColumns.Title.outputs, text: "the smallest and the largest output"),
  ]
}
