import Shared

struct PlanView: Report, Equatable {
    struct Node: Encodable, Sendable, Equatable {
        let job: Int32
        let cpv: String
        let slot: String
        let repository: String
        let use: [String]
        /// Numbers of the jobs that must be published first.
        let waitsFor: [Int32]
        let baseEdges: [String]
        /// Numbers of the jobs needed when it is installed.
        let runtime: [Int32]
        let state: String
        let reason: String?
        let buildKey: String

        init(_ wire: WirePlanNode) {
            job = wire.job
            cpv = wire.cpv
            slot = wire.slot
            repository = wire.repository
            use = wire.use
            waitsFor = wire.waitsFor
            baseEdges = wire.baseEdges
            runtime = wire.runtime
            state = wire.state.domain?.rawValue ?? "unknown"
            reason = wire.reason.unlessEmpty
            buildKey = wire.buildKey
        }
    }

    let run: Int64
    let jobs: [Node]

    func lines(width: Int?) -> [Line] {
        guard !jobs.isEmpty else { return ["run \(run) has no plan yet"] }
        let names = names
        var lines: [Line] = []
        for node in jobs {
            var head: Line = "\(node.job, .faint) \(node.cpv, .strong):\(node.slot)::\(node.repository) "
            head.append(node.state, JobView.tone(of: node.state))
            if let reason = node.reason { head.append(", " + reason) }
            lines.append(head)
            if !node.waitsFor.isEmpty {
                lines.append("    waits for \(node.waitsFor.map { names[$0] ?? "job \($0)" }.joined(separator: " "))")
            }
            for edge in node.baseEdges { lines.append("    \(edge, .warning)") }
        }
        lines.append("\(jobs.count) jobs, \(jobs.count { $0.state == "cached" }) cached")
        return width.map { width in lines.map { $0.clipped(to: width) } } ?? lines
    }

    private var names: [Int32: String] {
        Dictionary(jobs.map { ($0.job, $0.cpv) }, uniquingKeysWith: { first, _ in first })
    }

    /// The graph for Graphviz: an edge goes from a job to one it waits for; what stands dashed is met by the base image.
    func dot() -> String {
        var text = "digraph \"run \(run)\" {\n  rankdir=LR;\n  node [shape=box, style=filled, fillcolor=white];\n"
        for node in jobs {
            text += "  j\(node.job) [label=\(Self.quoted(node.cpv)), fillcolor=\(Self.colour(node.state))];\n"
            for dependency in node.waitsFor { text += "  j\(node.job) -> j\(dependency);\n" }
            for (number, edge) in node.baseEdges.enumerated() {
                let base = "b\(node.job)_\(number)"
                text += "  \(base) [label=\(Self.quoted(edge)), shape=plaintext, style=\"\"];\n"
                text += "  j\(node.job) -> \(base) [style=dashed];\n"
            }
        }
        return text + "}\n"
    }

    private static func quoted(_ text: String) -> String {
        let safe = SafeText.escaped(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(safe)\""
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
