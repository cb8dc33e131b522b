import Networks

/// The paper's Tables 4, 5, 8 and 10, parameters and multiply-adds as counted here beside the paper's: a page of
/// Markdown.
public enum PaperReport {
  /// The page's lines.
  ///
  /// - Throws: ``GraphError`` if a network cannot be built, which its tests exclude.
  public static func lines() throws(GraphError) -> [String] {
    var lines = introduction
    for table in tables { lines += ["", "## \(table.title)", ""] + (try text(of: table).lines) }
    lines += ["", "## Notes", ""]
    for note in PaperNote.allCases { lines.append("- (\(note.rawValue)) \(note.text)") }
    return lines
  }

  /// The tables, in the paper's order.
  package static var tables: [PaperTable] { [.table4, .table5, .table8, .table10] }

  private static func text(of table: PaperTable) throws(GraphError) -> TextTable {
    var text = TextTable(columns: [
      ("network", false), ("activation", false), ("parameters", true), ("paper", true), ("difference", true),
      ("MAdds", true), ("paper", true), ("difference", true), ("notes", false),
    ])
    for row in table.rows {
      let counts = try row.counts()
      text.rows.append(
        [row.network, row.activation]
          + cells(counts.parameters, row.parameters, unit: "1.00M")
          + cells(counts.multiplyAdds, row.multiplyAdds, unit: "100.0M")
          + [row.notes.isEmpty ? "" : "(" + row.notes.map(\.rawValue).joined(separator: ", ") + ")"])
    }
    return text
  }

  /// Ours, the paper's and the difference; `unit` is a figure to print ours like where the paper has none.
  private static func cells(_ count: Int, _ figure: PaperFigure?, unit: PaperFigure) -> [String] {
    guard let figure else { return [unit.inUnit(count), "–", ""] }
    return [figure.inUnit(count), figure.text, NumberText.percent(figure.difference(of: count))]
  }

  private static let introduction = """
    # The paper's tables, counted

    Parameters and multiply-adds (MAdds) of the networks in the paper's Tables 4, 5, 8 and 10: as counted from the graphs that dyviz builds, beside the
    paper's figures. `make paper-tables` writes this page; it is the output of `dyviz info --paper`. `dyviz info --network NAME` counts one network
    block by block.

    What is counted:

    - Parameters: all that training fits: weights, biases, scales and shifts of batch normalisations; not their running statistics.
    - MAdds for one image: each use of a weight of a convolution or a fully connected layer is one; the piecewise function of a dynamic activation is K for
      each element, its hyper function's two layers are fully connected; the attention of Dynamic ReLU-C is one more for each element. Squeeze-and-excitation
      is K = 1.
    - Not counted: batch normalisation (it folds into convolutions), poolings, sums, upsampling, static activations.
    - Dynamic ReLU, and what Table 5 compares it with, stand inside the blocks: A1, A2 and A3 of Table 7, or each ReLU of a ResNet's block. After a MobileNet's
      projection (A3) Dynamic ReLU has K = 1, and activations other than it and Maxout are not used there. R is 8 where nothing else is said.

    A dash stands where no figure is at hand. Static networks agree within 1 % or but for the rounding of the paper's figure; where not, a note says why.
    """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}
