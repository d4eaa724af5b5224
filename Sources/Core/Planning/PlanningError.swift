package import Shared

/// A resolved graph from which no plan can be made.
package enum PlanningError: Error, Equatable, CustomStringConvertible {
    case tooManyNodes(Int, limit: Int)
    case tooManyEdges(Int, limit: Int)
    /// The wait sets of all packages together.
    case tooManyWaits(limit: Int)
    /// `nodes[position]` says another index of itself.
    case misplacedNode(position: Int, index: Int)
    case duplicate(CPV, slot: String, first: Int, second: Int)
    /// An end of `edges[edge]` that is no node.
    case unknownNode(edge: Int, index: Int)
    case selfEdge(edge: Int, CPV)
    /// A text of a node that cannot be part of a build.
    case invalidText(CPV, field: String)
    /// Each package needs the next one to be built, the last one needs the first, and the base image has no copy.
    case buildCycle([CPV])

    package var description: String {
        switch self {
        case .tooManyNodes(let count, let limit):
            "the resolved graph has \(count) packages; at most \(limit) can be planned"
        case .tooManyEdges(let count, let limit):
            "the resolved graph has \(count) edges; at most \(limit) can be planned"
        case .tooManyWaits(let limit):
            "the resolved graph is too dense: its packages wait for each other more than \(limit) times"
        case .misplacedNode(let position, let index):
            "the resolved graph's nodes[\(position)] says that it has index \(index)"
        case .duplicate(let cpv, let slot, let first, let second):
            "the resolved graph names \(cpv):\(slot) twice, as nodes[\(first)] and nodes[\(second)]"
        case .unknownNode(let edge, let index):
            "the resolved graph's edges[\(edge)] names node \(index), which does not exist"
        case .selfEdge(let edge, let cpv):
            "the resolved graph's edges[\(edge)] leads from \(cpv) to itself"
        case .invalidText(let cpv, let field):
            "the resolved graph's \(field) of \(cpv) is empty or contains white space or control characters"
        case .buildCycle(let members):
            "to be built, " + members.map(\.description).joined(separator: " needs ")
                + (members.first.map { " needs \($0)" } ?? "")
                + ", and the base image has none of what closes the circle; "
                + "add one of them to the image or switch off the USE flag that asks for it"
        }
    }

    /// As the run's end.
    package var failure: Failure { Failure(.resolveFailed, description) }
}
