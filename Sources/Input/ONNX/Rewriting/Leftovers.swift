import Functions
import Networks
import Tensors

/// Makes nodes of two maps of what is left of functions of single numbers: comparisons, choices and quotients that are
/// part of no activation.
struct Leftovers {
  let draft: GraphDraft

  /// Rewrites all that can be; what cannot is refused by its place in the file.
  func rewrite() throws(ONNXProblem) {
    for name in draft.order {
      guard case .pointwise(let function) = draft[name].operation else { continue }
      guard let recipe = function.recipe else {
        throw ONNXProblem(
          "\(draft[name].origin.place): the operator is not covered: it is part of no activation or normalisation that is"
        )
      }
      var inputs = draft[name].inputs.makeIterator()
      let terms = function.given.map { number -> Recipe.Term<String> in
        number.map { .number($0) } ?? .thing(inputs.next() ?? "")
      }
      let made = try recipe.made(of: terms) { function, left, right throws(ONNXProblem) in
        combined(function, left, right, name)
      }
      guard case .thing(let result) = made else {
        throw ONNXProblem("\(draft[name].origin.place): gives the same for every image")
      }
      // The last of the nodes takes the name's place.
      draft[name].operation = draft[result].operation
      draft[name].inputs = draft[result].inputs
    }
  }

  private func combined(
    _ function: BinaryFunction, _ left: Recipe.Term<String>, _ right: Recipe.Term<String>, _ name: String
  ) -> String {
    let parts = Parts(draft: draft, name: name)
    func node(_ term: Recipe.Term<String>, beside other: Recipe.Term<String>) -> String {
      switch (term, other) {
      case (.thing(let node), _): return node
      case (.number(let number), .thing(let beside)): return parts.filled(number, like: beside)
      case (.number, .number): preconditionFailure("two numbers are one")
      }
    }
    return parts.add(.combine(function), [node(left, beside: right), node(right, beside: left)], draft[name].shape)
  }
}
