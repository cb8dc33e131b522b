import Networks
import Tensors
import Testing

struct PositionSelectionTests {
  @Test("the rows of a sample that hold wanted positions are found, whatever the steps of either")
  func rows() {
    let selections =
      [.none, .all, .lattice(first: 5, step: 6), .lattice(first: 0, step: 17), .lattice(first: 16, step: 17)]
      as [PositionSelection]
    for selection in selections {
      for (first, step, count) in [
        (0, 1, 40), (3, 1, 2), (5, 1, 1), (16, 17, 4), (17, 17, 1), (4, 4, 30), (1, 2, 9), (0, 34, 5), (7, 1, 0),
      ] {
        let data = TensorSlice([Float](repeating: 0, count: count * 16))
        let sample = ActivationSample(
          x: data, y: data, channels: 3, channelStride: 16, firstPosition: first, positionStep: step, count: count)
        let expected = (0..<count).filter { isWanted(first + $0 * step, selection) }
        let found = selection.rows(of: sample).map { rows in (0..<rows.count).map { rows.first + $0 * rows.step } }
        #expect(found ?? [] == expected, "\(selection) of \(first), \(step), \(count)")
      }
    }
  }

  @Test("wanted positions are counted")
  func counts() {
    for selection in [.none, .all, .lattice(first: 3, step: 17)] as [PositionSelection] {
      for positions in [0, 1, 3, 4, 20, 21, 100] {
        #expect(selection.count(of: positions) == (0..<positions).count { isWanted($0, selection) })
      }
    }
    #expect(PositionSelection.none.isNone && !PositionSelection.all.isNone)
  }

  private func isWanted(_ position: Int, _ selection: PositionSelection) -> Bool {
    !selection.isNone && position % selection.step == selection.first
  }
}
