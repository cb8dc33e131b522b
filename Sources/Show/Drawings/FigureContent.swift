import Figures
import Networks

/// What a figure shows, before it is laid out: the values that a drawing, its table and its Vega-Lite specification
/// render alike.
package struct FigureContent: Sendable, Equatable {
  /// What kind of figure it is.
  package var kind: FigureKind
  /// What it is, in one line.
  package var title: String
  /// Scatters that stand below each other, one stack for each site.
  package var stacks: [Stack] = []
  /// The bars.
  package var bars: Bars?
  /// How many channels are of which kind.
  package var kinds: KindBars?
  /// What stands below: sentences.
  package var facts: [String] = []

  /// The scatters of one site.
  package struct Stack: Sendable, Equatable {
    /// `block 3`.
    package var title: String
    /// What its block or site is called.
    package var name: String?
    /// From top to bottom.
    package var panes: [ScatterPane]
  }

  /// Bars of a measure.
  package struct Bars: Sendable, Equatable {
    package var measure: BarMeasure
    /// What they are, above them.
    package var title: String
    /// Of which sites, and what else there is to say where there is room.
    package var note: String?
    /// What the axis measures.
    package var axis: String
    package var chart: SiteChart
    /// What the bars and those beside them are called, where there are both.
    package var names: [String] = []
  }

  /// Bars of the channels of each site, by kind of function.
  package struct KindBars: Sendable, Equatable {
    package struct Bar: Sendable, Equatable {
      package var label: String
      package var site: ActivationSite
      /// Channels of each kind, in the order of ``FunctionKind``; those without a kind are left out.
      package var counts: [Int]
      /// All channels.
      package var channels: Int
    }
    package var title: String
    package var note: String?
    /// What has a bar each: `block`, `activation`.
    package var unit: String
    package var bars: [Bar]
  }
}

/// Why there is no such figure, for the user.
public struct FigureFailure: Error, Equatable, CustomStringConvertible {
  /// What is missing.
  public let description: String

  package init(_ description: String) { self.description = description }
}
