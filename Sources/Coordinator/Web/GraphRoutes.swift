import Core
import Documents
import Hummingbird
import Shared

/// A run's plan as a graph that can be drawn.
struct GraphRoutes: Sendable {
    let inquiry: Inquiry

    /// The most jobs whose edges are reduced: what a job needs for its root is most of what stands before it, which nobody
    /// can read; its ancestors are one bit each.
    private static let mostReduced = 2000
    /// Edges told of a plan that is not reduced.
    private static let mostEdges = 200_000
    /// Jobs asked for at once.
    private static let page: Int32 = 1000

    func add(to router: Router<some RequestContext>) {
        router.get("/api/v1/runs/:run/graph") { _, context in
            try await Response.answering { try .document(try await graph(of: try context.run())) }
        }
    }

    private func graph(of run: Int64) async throws -> GraphDocument {
        var question = WirePlanRequest()
        question.run = run
        question.limit = Self.page
        var nodes: [WirePlanNode] = []
        while true {
            question.offset = Int32(nodes.count)
            guard case .plan(let answer) = try await inquiry.ask(.plan(question)) else { throw WebRefusal.unexpected }
            question.run = answer.run
            nodes += answer.nodes
            if answer.nodes.isEmpty || nodes.count >= Int(answer.total) { break }
        }
        var detail = WireRunRequest()
        detail.run = question.run
        guard case .run(let answer) = try await inquiry.ask(.run(detail)) else { throw WebRefusal.unexpected }
        let isReduced = nodes.count <= Self.mostReduced
        var waitsFor = nodes.map(\.waitsFor)
        if isReduced { waitsFor = TransitiveReduction.of(waitsFor) }
        let edges = waitsFor.enumerated().lazy.flatMap { job, needed in needed.map { [Int32(job), $0] } }
        return GraphDocument(
            run: question.run, nodes: nodes, edges: Array(edges.prefix(Self.mostEdges)),
            edgesTotal: waitsFor.reduce(0) { $0 + $1.count }, isReduced: isReduced,
            decidingPath: answer.decidingPath.map(\.job))
    }
}
