import KernelInterface
import Kernels
import Testing

struct SelectionTests {
  @Test("the portable kernels are always there, and the widest set is chosen unasked")
  func widest() throws {
    #expect(InstructionSet.available.first == .portable)
    #expect(InstructionSet.available == InstructionSet.available.sorted())
    for request in [nil, ""] {
      #expect(try KernelTable.selected(by: request).instructionSet == InstructionSet.available.max())
    }
  }

  @Test("every available set has its kernels and can be asked for by name", arguments: InstructionSet.available)
  func byName(_ instructionSet: InstructionSet) throws {
    #expect(KernelTable.table(for: instructionSet)?.instructionSet == instructionSet)
    #expect(try KernelTable.selected(by: instructionSet.rawValue).instructionSet == instructionSet)
  }

  @Test("a set that this machine lacks is an error, not a slower set", arguments: InstructionSet.allCases)
  func lacking(_ instructionSet: InstructionSet) {
    let isAvailable = InstructionSet.available.contains(instructionSet)
    #expect((KernelTable.table(for: instructionSet) != nil) == isAvailable)
    let result = Result { () throws(InstructionSetError) in
      try KernelTable.selected(by: instructionSet.rawValue).instructionSet
    }
    #expect(
      isAvailable
        ? result == .success(instructionSet)
        : result == .failure(InstructionSetError(request: instructionSet.rawValue, isKnown: true)))
  }

  @Test("an unknown name is an error that names the variable, the value and the choices")
  func unknown() {
    let error = #expect(throws: InstructionSetError.self) { try KernelTable.selected(by: "sse9") }
    let message = error?.description ?? ""
    #expect(message.contains("DYVIZ_INSTRUCTION_SET") && message.contains("sse9") && message.contains("portable"))
  }
}
