package import Shared

/// A run's plan: `jobs` and `edges` are rows, as there may be many.
package struct GraphDocument: Encodable, Sendable {
    /// Number, cpv, state, seconds that it is expected to take.
    package struct Job: Encodable, Sendable {
        let node: WirePlanNode

        package func encode(to encoder: any Encoder) throws {
            var row = encoder.unkeyedContainer()
            try row.encode(node.job)
            try row.encode(node.cpv)
            try row.encode(node.state.domain?.rawValue ?? "unknown")
            try row.encode(node.expectedMs.unlessZero.map(Times.seconds))
        }
    }

    package let run: Int64
    package let jobs: [Job]
    /// The one that waits, and what it waits for.
    package let edges: [[Int32]]
    /// More than are told when the plan has very many.
    package let edgesTotal: Int
    /// Edges that follow from others are left out.
    package let reduced: Bool
    /// The job to be done next stands first.
    package let decidingPath: [Int32]

    package init(
        run: Int64, nodes: [WirePlanNode], edges: [[Int32]], edgesTotal: Int, isReduced: Bool, decidingPath: [Int32]
    ) {
        self.run = run
        jobs = nodes.map(Job.init)
        self.edges = edges
        self.edgesTotal = edgesTotal
        reduced = isReduced
        self.decidingPath = decidingPath
    }
}
