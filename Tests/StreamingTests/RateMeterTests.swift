import Streaming
import Testing

@Suite struct RateMeterTests {
  @Test("There is no rate before two readings a tenth of a second apart")
  func noRateAtFirst() {
    var meter = RateMeter()
    #expect(meter.imagesPerSecond == nil)
    meter.record(done: 0, at: 10)
    meter.record(done: 5, at: 10.05)
    #expect(meter.imagesPerSecond == nil)
    meter.record(done: 10, at: 10.125)
    #expect(meter.imagesPerSecond == 80)
  }

  @Test("The rate follows the last seconds and forgets what came before")
  func looksBackOneWindow() {
    var meter = RateMeter(window: 2)
    for second in 0...10 { meter.record(done: second * 100, at: Double(second)) }
    for second in 11...14 { meter.record(done: 1_000 + (second - 10) * 10, at: Double(second)) }
    #expect(meter.imagesPerSecond == 10)
  }

  @Test("A pause leaves no trace in the rate")
  func resetForgets() {
    var meter = RateMeter()
    meter.record(done: 0, at: 0)
    meter.record(done: 50, at: 1)
    meter.reset()
    #expect(meter.imagesPerSecond == nil)
    meter.record(done: 50, at: 100)
    meter.record(done: 70, at: 101)
    #expect(meter.imagesPerSecond == 20)
  }
}
