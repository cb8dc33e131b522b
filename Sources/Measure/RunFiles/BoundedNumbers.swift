/// The numbers of a JSON text of findings, none of them so large that adding those of a few thousand files could
/// overflow: 2^48 is two hundred times the pairs of a site of ImageNet's networks over all of its images. Numbers in
/// units of their own are held to bounds of their own by what they belong to.
struct BoundedNumbers: Decodable {
  private static let most = Double(1 << 48)
  private static let others: Set<String> = ["smallest", "largest", "units"]

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { Int(stringValue) }
    init(stringValue: String) { self.stringValue = stringValue }
    init(intValue: Int) { stringValue = "\(intValue)" }
  }

  init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: AnyKey.self) {
      for key in members.allKeys where !Self.others.contains(key.stringValue) {
        _ = try members.decode(Self.self, forKey: key)
      }
    } else if var list = try? decoder.unkeyedContainer() {
      while !list.isAtEnd { _ = try list.decode(Self.self) }
    } else if let number = try? decoder.singleValueContainer().decode(Double.self), !(abs(number) <= Self.most) {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "a number of \(number) is too large"))
    }
  }
}
