extension Measure {
  /// What files call the one number that stands for the measure where two runs are compared: a distribution's mean, a
  /// share, the number itself.
  package var headlineName: String {
    switch form {
    case .mean, .range: key + "_mean"
    case .share: key + "_share"
    case .number: key
    }
  }

  /// That number at a site; nil where it is not known.
  func headline(_ figure: SiteFigure) -> Double? {
    switch value(figure) {
    case .distribution(let values, _): values?.mean
    case .share(let share): share?.share
    case .number(let number): number
    }
  }
}
