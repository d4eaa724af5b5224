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
    /// `edges[edge]`: the package needs itself to be built, and the base image has no copy.
    case selfEdge(edge: Int, CPV)
    /// `nodes[position]` names an environment that does not exist.
    case unknownEnvironment(CPV, position: Int, index: Int)
    /// `nodes[position]` names an installed package that does not exist.
    case unknownBase(CPV, position: Int, index: Int)
    /// A text of a package that cannot be part of a build.
    case invalidText(CPV, field: String)
    /// Each package needs the next one to be built, the last one needs the first, and the base image has no copy of what
    /// closes the circle.
    case buildCycle([CPV], breakers: [Breaker])
    /// No cycle, and still in the wrong order.
    case misordered(CPV, needs: CPV)
    /// Packages that were to be built whatever is published, and that no job builds.
    case unknownForced([Unknown])
    /// A name without a category that was to be built whatever is published, and the packages that have it.
    case ambiguousForced(String, [String])

    /// A name that no package of the plan has.
    package struct Unknown: Equatable, Sendable {
        package var name: String
        /// What it may be meant to be.
        package var nearest: [String]
    }

    /// USE changes of a package, each of which would break a cycle.
    package struct Breaker: Equatable, Sendable {
        package var cpv: CPV
        /// `+flag`, `-flag`
        package var changes: [String]

        package init(cpv: CPV, changes: [String]) {
            self.cpv = cpv
            self.changes = changes
        }
    }

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
            "the resolved graph's edges[\(edge)] says that \(cpv) needs itself to be built, "
                + "and the base image has no copy of it; add one to the image"
        case .unknownEnvironment(let cpv, let position, let index):
            "the resolved graph's nodes[\(position)] (\(cpv)) names environment \(index), which does not exist"
        case .unknownBase(let cpv, let position, let index):
            "the resolved graph's nodes[\(position)] (\(cpv)) names base package \(index), which does not exist"
        case .invalidText(let cpv, let field):
            "the resolved graph's \(field) of \(cpv) is empty or contains white space or control characters"
        case .buildCycle(let members, let breakers):
            "to be built, " + members.map(\.description).joined(separator: " needs ")
                + (members.first.map { " needs \($0)" } ?? "")
                + ", and the base image has no copy of what closes the circle; "
                + Self.remedy(breakers)
        case .misordered(let dependent, let dependency):
            "to be built, \(dependent) needs \(dependency), which stands behind it in the merge order, "
                + "and the base image has no copy of it"
        case .unknownForced(let unknown):
            "to be built again (--force), but not among the packages of this run: "
                + unknown.map { unknown in
                    unknown.nearest.isEmpty
                        ? unknown.name : "\(unknown.name) (did you mean \(unknown.nearest.joined(separator: ", "))?)"
                }.joined(separator: "; ")
                + "; what the targets do not need has to be a target itself"
        case .ambiguousForced(let name, let packages):
            "to be built again (--force), but '\(name)' is \(packages.count) packages of this run; say which: "
                + packages.joined(separator: ", ")
        }
    }

    private static func remedy(_ breakers: [Breaker]) -> String {
        guard !breakers.isEmpty else { return "add one of them to the image: no change of USE flags breaks it" }
        let changes = breakers.flatMap { breaker in breaker.changes.map { "\(breaker.cpv.cp) \($0.withoutPlus)" } }
        return "any of these USE changes breaks it: " + changes.joined(separator: "; ")
    }

    /// As the run's end.
    package var failure: Failure { Failure(.resolveFailed, description) }
}

extension String {
    /// As in `package.use`, where a flag that is switched on has no sign.
    fileprivate var withoutPlus: String { hasPrefix("+") ? String(dropFirst()) : self }
}
