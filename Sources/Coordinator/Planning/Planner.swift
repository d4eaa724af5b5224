import Shared

/// Makes the plan of a run from the graph that Portage resolved. Pure: equal input gives an equal plan.
struct Planner {
    /// Digest of the farm's image.
    var epoch: ContentDigest
    /// The published package with this build key.
    var published: (ContentDigest) -> PublishedRecord?
    /// How long a build is expected to take, in milliseconds.
    var expected: (ResolvedGraph.Node) -> Int64?

    init(
        epoch: ContentDigest, published: @escaping (ContentDigest) -> PublishedRecord? = { _ in nil },
        expected: @escaping (ResolvedGraph.Node) -> Int64? = { _ in nil }
    ) {
        self.epoch = epoch
        self.published = published
        self.expected = expected
    }

    func plan(_ graph: ResolvedGraph) throws(PlanningError) -> Plan {
        Plan(jobs: [])
    }
}
