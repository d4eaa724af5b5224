package import Shared

/// Makes the plan of a run from the graph that Portage resolved. Pure: equal input gives an equal plan.
package struct Planner {
    /// Digest of the farm's image.
    package var epoch: ContentDigest
    /// The published package with this build key.
    package var published: (ContentDigest) -> PublishedRecord?
    /// What a build is expected to use.
    package var expected: (ResolvedGraph.Node) -> Expectation?

    package init(
        epoch: ContentDigest, published: @escaping (ContentDigest) -> PublishedRecord? = { _ in nil },
        expected: @escaping (ResolvedGraph.Node) -> Expectation? = { _ in nil }
    ) {
        self.epoch = epoch
        self.published = published
        self.expected = expected
    }

    package func plan(_ graph: ResolvedGraph) throws(PlanningError) -> Plan {
        try Self.validate(graph)
        let edges = EdgeLists(graph)
        try edges.refuseBuildCycles(in: graph)
        let waits = try edges.waitSets()
        var jobs: [PlannedJob] = []
        jobs.reserveCapacity(graph.nodes.count)
        for (position, node) in graph.nodes.enumerated() {
            let iuse = Set(node.iuse.map(Self.withoutDefault))
            var job = PlannedJob(
                index: Int32(position), cpv: node.cpv, slot: node.slot, repository: node.repository,
                use: iuse.intersection(node.use).sorted(), iuse: iuse.sorted(), restrict: node.restrict,
                properties: node.properties, waitsFor: waits[position], runtime: edges.runtime[position].sorted(),
                baseEdges: edges.base[position].map { graph.nodes[Int($0)].cpv }, buildKey: epoch, reason: "new",
                expected: expected(node))
            job.buildKey = buildKey(of: job, among: jobs)
            if let cached = published(job.buildKey) {
                job.cached = cached
                job.reason = "cached: \(cached.path)"
            } else {
                job.refusal = Self.refusal(of: node)
            }
            jobs.append(job)
        }
        return Plan(jobs: jobs)
    }

    /// `+static` and `-static` are `static`.
    package static func withoutDefault(_ flag: String) -> String {
        flag.hasPrefix("+") || flag.hasPrefix("-") ? String(flag.dropFirst()) : flag
    }
}
