import Figures
import Networks
import Testing

@Suite struct SourceListingTests {
  @Test("Files that should say a class and do not are told by the images beside which they stand, as a warning too")
  func brokenStatements() {
    #expect(SourceListing(brokenStatements: 0) == SourceListing())
    let one = SourceListing(doubts: ["a doubt"], brokenStatements: 1)
    let words =
      "stands a .cls or .json that cannot be read, or says a class in no form that is read: the folder's name decides"
    #expect(one.warnings == ["a doubt", "beside 1 image \(words)"])
    #expect(SourceListing(brokenStatements: 1200).remarks == ["beside 1,200 images \(words)"])
  }
}
