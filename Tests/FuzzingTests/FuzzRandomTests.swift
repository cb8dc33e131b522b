import Files
import Fuzzing
import Testing

struct FuzzRandomTests {
  @Test("The same seed, kind and number give the same numbers on every machine")
  func numbers() {
    var random = FuzzRandom(seed: 1, kind: "models", number: 2)
    #expect(
      (0..<3).map { _ in random.next() } == [0x0CAE_3DF0_B43D_D6C2, 0xE586_C354_2767_0980, 0xB604_CD03_E38C_4BA5])
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<7000 { counts[random.below(7)] += 1 }
    #expect(counts.allSatisfy { (850...1150).contains($0) })
    var others = FuzzRandom(seed: 1, kind: "models", number: 3)
    var kinds = FuzzRandom(seed: 1, kind: "images", number: 2)
    #expect(others.next() != kinds.next())
  }

  @Test("Changes of a file are the same every time, and most of them change it")
  func mutations() {
    let json = Array(#"{"a": [1, 2, {"b": "text"}], "c": null, "dyviz": "{\"x\": 1}"}"#.utf8)
    let archive = [UInt8(json.count)] + [UInt8](repeating: 0, count: 7) + json + [1, 2, 3, 4]
    let table = Array("a,b\n1,2\n3,4\n".utf8)
    var fingerprint: [UInt8] = []
    var changed = 0
    for number in 0..<200 {
      var random = FuzzRandom(seed: 7, kind: "all", number: number)
      let outcomes = [
        ByteMutation.mutate(json, &random), JSONMutation.mutate(json, &random), TableMutation.mutate(table, &random),
        ArchiveMutation.mutate(archive, other: archive, key: "dyviz", &random),
        ImageMutation.mutate(archive, other: table, &random),
      ]
      for (outcome, original) in zip(outcomes, [json, json, table, archive, archive]) where outcome != original {
        changed += 1
      }
      fingerprint += outcomes.joined()
    }
    #expect(changed > 900)
    #expect(stableHash(fingerprint) == 10_729_367_350_712_226_802)
  }
}
