import Shared

/// The set W of each job, ascending: PORTAGE.md, "What may run beside what", third row.
struct WaitSets {
    /// Members of all sets together; a graph of 28,509 packages with nothing in the base has two millions.
    static let limit = 50_000_000

    private let edges: EdgeLists
    private let order: BuildOrder
    private var takenBy: [Int32]
    private var total = 0

    init(_ edges: EdgeLists, _ order: BuildOrder) {
        self.edges = edges
        self.order = order
        takenBy = [Int32](repeating: -1, count: order.nodes.count)
    }

    /// What the job waits for, and its root gets: the build dependencies that stand earlier, and what the trial install
    /// needs; of what these need at run time all that stands earlier and that the base image cannot give, or that they were
    /// themselves built against.
    mutating func members(of place: Int32) throws(PlanningError) -> [Int32] {
        var members: [Int32] = []
        for edge in edges[order.nodes[Int(place)]] where !edge.marks.isDisjoint(with: [.build, .trial]) {
            take(edge.dependency, for: place, &members)
        }
        var next = 0
        while next < members.count {
            let member = members[next]
            next += 1
            for edge in edges[order.nodes[Int(member)]] where edge.marks.contains(.needed) {
                guard
                    edge.marks.contains(.missingNeeded)
                        || edge.marks.contains(.build) && order.job(of: edge.dependency, before: member) != nil
                else { continue }
                take(edge.dependency, for: place, &members)
            }
        }
        total += members.count
        guard total <= Self.limit else { throw .tooManyWaits(limit: Self.limit) }
        members.sort()
        return members
    }

    private mutating func take(_ node: Int32, for place: Int32, _ members: inout [Int32]) {
        guard let job = order.job(of: node, before: place), takenBy[Int(job)] != place else { return }
        takenBy[Int(job)] = place
        members.append(job)
    }
}
