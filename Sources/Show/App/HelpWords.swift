import Terminal

/// The words on the screen, explained: the ones of the exports and the documentation.
package enum HelpWords {
  package static let entries: [Glossary.Entry] = [
    Glossary.Entry(term: "x, y", text: "an activation's input and output, y = max(ak x + bk)"),
    Glossary.Entry(term: "slope, intercept", text: "ak and bk; mean ± deviation over images and channels"),
    Glossary.Entry(term: "|a1-a2|", text: "largest minus smallest slope; bars: mean, p10-p90"),
    Glossary.Entry(term: "none", text: "no slopes to compare: a curve, Maxout or K 1"),
    Glossary.Entry(term: "p10, p90", text: "one in ten values lies below p10, one in ten above p90"),
    Glossary.Entry(term: "|b|>0.05", text: "share of functions with such an intercept"),
    Glossary.Entry(term: "slope<0 or >1", text: "share of functions with such a slope (a<0 | a>1)"),
    Glossary.Entry(term: "x<0 with y>0", text: "share of negative inputs with a positive output"),
    Glossary.Entry(term: "y at x = 0.5", text: "how far outputs spread at one input: dynamic range"),
    Glossary.Entry(term: "density", text: "inputs on a half cell; log: each colour is half the next"),
    Glossary.Entry(term: "positions", text: "share of each image's positions that were taken"),
    Glossary.Entry(term: "outside range", text: "inputs or outputs too large to count"),
    Glossary.Entry(term: "not finite", text: "inputs or outputs that are NaN or infinite"),
    Glossary.Entry(term: "A1, A2, A3", text: "after the expansion, the depthwise, the projection"),
    Glossary.Entry(term: "kind", text: "the activation: DY-ReLU-A, -B, -C, ReLU, SE, h-swish, ..."),
    Glossary.Entry(term: "K", text: "linear functions under the maximum"),
    Glossary.Entry(term: "top-1", text: "share of labelled images whose first class is right"),
    Glossary.Entry(term: "skipped", text: "images that could not be read"),
  ]
}
