import Core
import Shared

/// A plan's graph for Graphviz. An edge goes from a job to one that it waits for; what the base image meets stands behind a
/// dashed one. States stand in words and colours; the path that decides the end is drawn bold.
struct GraphDrawing {
    let plan: PlanView
    /// Numbers of jobs, the one to be done next first.
    var decidingPath: [Int32] = []
    /// Numbers of the jobs to be drawn; nil for all.
    var shown: Set<Int32>?

    /// The most jobs of which edges that follow from others are left out: their ancestors are one bit each.
    private static let mostReduced = 2000

    var count: Int { nodes.count }

    private var nodes: [PlanView.Node] {
        shown.map { shown in plan.jobs.filter { shown.contains($0.job) } } ?? plan.jobs
    }

    func dot() -> String {
        let nodes = nodes
        let path = Set(decidingPath)
        let decisive = Set(zip(decidingPath.dropFirst(), decidingPath).map { Edge(from: $0, to: $1) })
        var text = "digraph \"run \(plan.run)\" {\n  rankdir=LR;\n  node [shape=box, style=filled, fillcolor=white];\n"
        for (node, edges) in zip(nodes, edges(of: nodes)) {
            let bold = path.contains(node.job) ? ", penwidth=3" : ""
            text +=
                "  j\(node.job) [label=\(Self.quoted(node.cpv, node.state)), fillcolor=\(Self.colour(node.state))\(bold)];\n"
            for dependency in edges {
                let bold = decisive.contains(Edge(from: node.job, to: dependency)) ? " [penwidth=3]" : ""
                text += "  j\(node.job) -> j\(dependency)\(bold);\n"
            }
            for (number, edge) in node.baseEdges.enumerated() {
                let base = "b\(node.job)_\(number)"
                text += "  \(base) [label=\(Self.quoted(edge)), shape=plaintext, style=\"\"];\n"
                text += "  j\(node.job) -> \(base) [style=dashed];\n"
            }
        }
        return text + "}\n"
    }

    private struct Edge: Hashable {
        let from: Int32
        let to: Int32
    }

    /// Of each node, among themselves.
    private func edges(of nodes: [PlanView.Node]) -> [[Int32]] {
        let places = Dictionary(
            nodes.enumerated().map { ($1.job, Int32($0)) }, uniquingKeysWith: { first, _ in first })
        let inner = nodes.map { $0.waitsFor.compactMap { places[$0] } }
        let edges = nodes.count <= Self.mostReduced ? TransitiveReduction.of(inner) : inner
        return edges.map { $0.map { nodes[Int($0)].job } }
    }

    /// With line breaks between.
    private static func quoted(_ lines: String...) -> String {
        let safe = lines.map {
            SafeText.escaped($0).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        }
        return "\"\(safe.joined(separator: "\\n"))\""
    }

    private static func colour(_ state: String) -> String {
        switch JobState(rawValue: state) {
        case .published: "palegreen"
        case .cached: "lightgrey"
        case .leased, .publishing: "lightblue"
        case .failed: "salmon"
        case .skipped, .cancelled: "khaki"
        case .waiting, .ready, nil: "white"
        }
    }
}

extension PlanView {
    /// These jobs, and all that they wait for.
    func needed(by jobs: Set<Int32>) -> Set<Int32> {
        var found = jobs
        // A job waits only for earlier ones.
        for node in self.jobs.reversed() where found.contains(node.job) { found.formUnion(node.waitsFor) }
        return found
    }

    /// These jobs, and all that wait for them.
    func dependents(of jobs: Set<Int32>) -> Set<Int32> {
        var found = jobs
        for node in self.jobs where node.waitsFor.contains(where: found.contains) { found.insert(node.job) }
        return found
    }
}
