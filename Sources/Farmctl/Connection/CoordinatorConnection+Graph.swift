import Core
import Shared

extension CoordinatorConnection {
    /// A run as a graph: what its builds took, or are expected to take; what was there already takes no time.
    mutating func buildGraph(run: Int64) async throws -> BuildGraph {
        var plan = WirePlanRequest()
        plan.run = run
        plan.limit = Self.pageSize
        var nodes: [WirePlanNode] = []
        while true {
            plan.offset = Int32(nodes.count)
            guard case .plan(let answer) = try await request(.plan(plan)) else { throw unexpected("plan") }
            nodes += answer.nodes
            if answer.nodes.isEmpty || nodes.count >= Int(answer.total) { break }
        }
        var jobs = WireJobsRequest()
        jobs.run = run
        jobs.limit = Self.pageSize
        var measured: [Int32: WireJobStatus] = [:]
        var seen = 0
        while true {
            jobs.offset = Int32(seen)
            guard case .jobs(let answer) = try await request(.jobs(jobs)) else { throw unexpected("jobs") }
            for job in answer.jobs { measured[job.job] = job }
            seen += answer.jobs.count
            if answer.jobs.isEmpty || seen >= Int(answer.total) { break }
        }
        return try Self.buildGraph(nodes, measured)
    }

    static func buildGraph(_ nodes: [WirePlanNode], _ measured: [Int32: WireJobStatus]) throws -> BuildGraph {
        let known = nodes.compactMap { cost($0, measured[$0.job])?.wall }.filter { $0 > 0 }.sorted()
        let usual = known.isEmpty ? 60_000 : known[known.count / 2]
        return BuildGraph(
            jobs: try nodes.enumerated().map { position, node in
                guard node.job == Int32(position), node.waitsFor.allSatisfy({ $0 >= 0 && $0 < node.job }) else {
                    throw FarmctlError(.failed, "the coordinator's plan is no plan at job \(position)")
                }
                return BuildGraph.Job(
                    name: node.cpv, waitsFor: node.waitsFor,
                    cost: cost(node, measured[node.job]) ?? BuildCost(wall: usual))
            })
    }

    /// nil when nobody knows.
    private static func cost(_ node: WirePlanNode, _ job: WireJobStatus?) -> BuildCost? {
        if node.state.domain == .cached { return BuildCost(wall: 0) }
        if let job, node.state.domain == .published, job.resources.wallMs > 0 {
            let wall = job.resources.wallMs
            return BuildCost(
                wall: wall, cores: max(1, job.cores), parallelWall: wall, parallelCPU: max(0, job.resources.cpuMs))
        }
        guard node.expectedMs > 0 else { return nil }
        return BuildCost(
            wall: node.expectedMs, cores: max(1, node.expectedCores), parallelWall: node.expectedMs,
            parallelCPU: max(0, node.expectedCpuMs))
    }
}
