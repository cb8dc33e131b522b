import Inference
import KernelInterface
import Kernels
import Networks
import Tensors
import Testing

@Suite struct ExecutorTests {
  static let networks: [MobileNetV2] = [
    MobileNetV2(width: 0.35, input: FeatureShape(height: 32, width: 32, channels: 1), classes: 10, stemStride: 1),
    MobileNetV2(
      width: 0.5, input: FeatureShape(height: 27, width: 19, channels: 3), classes: 7,
      rectifier: .dynamic(DynamicReLU(variant: .c, functions: 3, reduction: 4))),
    MobileNetV2(
      width: 0.1, input: FeatureShape(height: 5, width: 3, channels: 2), classes: 3,
      rectifier: .dynamic(DynamicReLU(variant: .a, hasIntercepts: false))),
    MobileNetV2(
      width: 0.75, input: FeatureShape(height: 9, width: 20, channels: 3), classes: 17, stemStride: 1,
      stageStrides: [2, 2, 1, 2, 1, 2, 1], rectifier: .relu6),
    MobileNetV2(
      width: 0.2, input: FeatureShape(height: 1, width: 1, channels: 20), classes: 1,
      positions: [.stem, .depthwise]),
  ]
  private let image = ImageIdentity(ordinal: 3, key: 7)

  private func plan(_ network: MobileNetV2, seed: UInt64, _ instructionSet: InstructionSet? = nil) throws -> Plan {
    let graph = network.graph()
    let kernels = try instructionSet.map { try #require(KernelTable.table(for: $0)) } ?? KernelTable.best
    return try Plan(graph, weights: try randomWeights(graph, seed: seed), kernels: kernels)
  }

  @Test("taps and logits of MobileNetV2 equal the reference executor's", arguments: Array(networks.enumerated()))
  func equalsReference(index: Int, network: MobileNetV2) throws {
    let graph = network.graph()
    let weights = try randomWeights(graph, seed: UInt64(index))
    var generator = SeededGenerator(seed: 99)
    let input = generator.image(network.input)
    let expected = TapRecorder()
    let values = try ReferenceExecutor(graph, weights: weights).values(of: input, image: image, observer: expected)
    let logits = try #require(values[graph.output]).values.map { Float($0) }
    for instructionSet in InstructionSet.available {
      let recorder = TapRecorder()
      let plan = try Plan(graph, weights: weights, kernels: try #require(KernelTable.table(for: instructionSet)))
      let found = Executor(plan).run(input, image: image, observer: recorder)
      #expect(relativeError(found.array, logits) <= 1e-4)
      #expect(recorder.images == [image] && recorder.calls == expected.calls)
      for (name, tap) in expected.taps {
        let error = relativeError(recorder.taps[name] ?? [], tap)
        #expect(error <= 1e-4, "\(instructionSet) \(name) differs by \(error)")
      }
    }
  }

  @Test("no state is left behind: other images in between change no bit", arguments: InstructionSet.available)
  func leavesNoState(instructionSet: InstructionSet) throws {
    for (index, network) in Self.networks.enumerated().dropFirst() {
      let plan = try plan(network, seed: UInt64(index), instructionSet)
      var generator = SeededGenerator(seed: 5)
      let images = (0..<3).map { _ in generator.image(network.input) }
      let alone = images.map { Executor(plan).run($0, image: image).array.map(\.bitPattern) }
      #expect(Set(alone).count == (plan.shapes.output.channels == 1 ? Set(alone).count : 3))
      let executor = Executor(plan)
      for next in [0, 1, 1, 2, 0] {
        #expect(executor.run(images[next], image: image).array.map(\.bitPattern) == alone[next])
      }
    }
  }

  @Test("a batch of one to four images gives what each gives alone, bit for bit", arguments: InstructionSet.available)
  func batches(instructionSet: InstructionSet) throws {
    for (index, network) in Self.networks.enumerated() {
      let plan = try plan(network, seed: UInt64(index), instructionSet)
      var generator = SeededGenerator(seed: 8)
      let images = (0..<Plan.batch).map { _ in generator.image(network.input) }
      let identities = images.indices.map { ImageIdentity(ordinal: $0, key: UInt64($0)) }
      let alone = zip(images, identities).map { image, identity in
        let recorder = TapRecorder()
        return (Executor(plan).run(image, image: identity, observer: recorder).array.map(\.bitPattern), recorder.taps)
      }
      let executor = Executor(plan)
      for count in 1...Plan.batch {
        let observer = BatchRecorder()
        for image in 0..<count { executor.begin(images[image], image: identities[image], observer: observer) }
        #expect(executor.isFull == (count == executor.plan.batchSize))
        var finished: [ImageIdentity] = []
        executor.finish(observer: observer) { image, logits in
          finished.append(image)
          #expect(logits.array.map(\.bitPattern) == alone[image.ordinal].0)
        }
        #expect(finished == Array(identities[..<count]) && !executor.isFull)
        for image in finished { #expect(observer.recorders[image]?.taps == alone[image.ordinal].1) }
      }
    }
  }

  @Test("watching changes no bit of the result, and the image is only read")
  func watchingIsNeutral() throws {
    for (index, network) in Self.networks.enumerated().dropFirst() {
      let executor = Executor(try plan(network, seed: UInt64(index)))
      var generator = SeededGenerator(seed: 6)
      let input = generator.image(network.input)
      let before = input.array
      let plain = executor.run(input, image: image).array
      #expect(executor.run(input, image: image, observer: TapRecorder()).array == plain)
      #expect(executor.run(input, image: image, observer: TapRecorder(wantsElements: false)).array == plain)
      #expect(input.array == before)
    }
  }

  @Test("a NaN in one image does not reach the next")
  func notANumberStaysInItsImage() throws {
    let network = Self.networks[1]
    let executor = Executor(try plan(network, seed: 1))
    var generator = SeededGenerator(seed: 7)
    let good = generator.image(network.input)
    let bad = generator.image(network.input)
    bad[0] = .nan
    let expected = executor.run(good, image: image).array
    #expect(executor.run(bad, image: image).array.contains { $0.isNaN })
    #expect(executor.run(good, image: image).array == expected)
  }

  @Test("an observer is asked, then shown coefficients, attention and, if wanted, elements")
  func orderOfCalls() throws {
    let network = Self.networks[1]
    let executor = Executor(try plan(network, seed: 1))
    var generator = SeededGenerator(seed: 8)
    let input = generator.image(network.input)
    for (wants, expected) in [(true, "wcas"), (false, "wca")] {
      let recorder = TapRecorder(wantsElements: wants)
      _ = executor.run(input, image: image, observer: recorder)
      #expect(recorder.calls.count == executor.plan.sites.count)
      #expect(recorder.calls.values.allSatisfy { $0 == expected })
    }
  }
}
