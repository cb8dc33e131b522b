extension Findings {
  /// The answer to a question about an image and a site, without what the site did with it, where another site was
  /// asked about: input, logits and the functions of all sites are the same.
  public func image(_ question: Question) -> ImageFinding? {
    guard case .image(let ordinal, _) = question else { return nil }
    let others = questions.filter { if case .image(ordinal, _) = $0 { true } else { false } }
    return others.map { ($0, words: "\($0)") }.min { $0.words < $1.words }
      .flatMap { answer($0.0, as: ImageFinding.self) }?.about(question)
  }
}

extension ImageFinding {
  fileprivate func about(_ question: Question) -> ImageFinding {
    var finding = self
    finding.question = question
    finding.detail = nil
    return finding
  }

  /// The same with an input of at most 96 rows and columns, each number the mean of those in its place: enough for a
  /// picture on a screen.
  public var withSmallInput: ImageFinding {
    let most = 96
    let (height, width) = (min(inputHeight, most), min(inputWidth, most))
    guard images > 0, (height, width) != (inputHeight, inputWidth), inputHeight * inputWidth > 0 else { return self }
    let channels = input.floats.count / (inputHeight * inputWidth)
    var small: [Float] = []
    small.reserveCapacity(height * width * channels)
    for row in 0..<height {
      let rows = row * inputHeight / height..<(row + 1) * inputHeight / height
      for column in 0..<width {
        let columns = column * inputWidth / width..<(column + 1) * inputWidth / width
        for channel in 0..<channels { small.append(mean(rows, columns, channel: channel, of: channels)) }
      }
    }
    var finding = self
    finding.input = PackedFloats(small)
    (finding.inputHeight, finding.inputWidth) = (height, width)
    return finding
  }

  private func mean(_ rows: Range<Int>, _ columns: Range<Int>, channel: Int, of channels: Int) -> Float {
    var sum = 0.0
    for row in rows {
      for column in columns { sum += Double(input.floats[(row * inputWidth + column) * channels + channel]) }
    }
    return Float(sum / Double(rows.count * columns.count))
  }
}
