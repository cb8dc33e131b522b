import Keypoints
import Testing

@Suite struct COCOKeypointsTests {
  @Test("17 keypoints: the nose, and left and right of the others in pairs")
  func pairs() {
    #expect(COCOKeypoints.names.count == 17 && Set(COCOKeypoints.names).count == 17)
    var paired: Set<Int> = []
    for (left, right) in COCOKeypoints.pairs {
      let name = COCOKeypoints.names[left]
      #expect(name.hasPrefix("left ") && COCOKeypoints.names[right] == name.replacing("left", with: "right"))
      paired.formUnion([left, right])
    }
    #expect(paired == Set(1..<17))
  }
}
