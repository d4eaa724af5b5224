package import Shared

/// Makes the plan of a run from the graph that Portage resolved. Pure: equal input gives an equal plan.
package struct Planner {
    /// What the farm has published.
    package var known: KnownPackages
    /// What a build is expected to use.
    package var expected: (CPV) -> Expectation?
    /// Packages that are built whatever is published.
    private let forced: ForcedPackages
    /// What was built against the base image's copy of a later package is built again behind that.
    package var secondPass: Bool
    /// The image's installed packages that no job replaces are packed as they are.
    package var packsBase: Bool
    /// Whose plan it is: each run builds live ebuilds anew.
    package var run: RunID
    /// The distfiles that the farm has.
    package var held: HeldDistfiles

    /// - Parameter forced: packages that are built whatever is published, as `PackagePattern` reads them; `*` is all.
    package init(
        known: KnownPackages = KnownPackages(), expected: @escaping (CPV) -> Expectation? = { _ in nil },
        forced: Set<String> = [], secondPass: Bool = false, packsBase: Bool = false, run: RunID = RunID(rawValue: 0),
        held: HeldDistfiles = HeldDistfiles()
    ) {
        self.known = known
        self.expected = expected
        self.forced = ForcedPackages(forced)
        self.secondPass = secondPass
        self.packsBase = packsBase
        self.run = run
        self.held = held
    }

    package func plan(_ graph: ResolvedGraph) throws(PlanningError) -> Plan {
        try Self.validate(graph)
        let edges = EdgeLists(graph)
        try BuildCycles(graph, edges).refuse()
        let order = BuildOrder(edges, secondPass: secondPass)
        var waits = WaitSets(edges, order)
        var keys = BuildKeys()
        var seen = SeenIngredients(graph)
        var reasons = Reasons(known)
        var jobs: [PlannedJob] = []
        jobs.reserveCapacity(order.nodes.count)
        for place in order.nodes.indices {
            let node = graph.nodes[Int(order.nodes[place])]
            var job = PlannedJob(node, at: Int32(place), waitsFor: try waits.members(of: Int32(place)))
            job.replaces = order.replaced(by: job.index)
            for edge in edges[order.nodes[place]] {
                if edge.marks.contains(.runtime) { job.runtime.append(order.lastJob(of: edge.dependency)) }
                if edge.marks.contains(.build), order.job(of: edge.dependency, before: job.index) == nil {
                    job.baseEdges.append(
                        seen.installedCopy(of: edge.dependency) ?? graph.nodes[Int(edge.dependency)].cpv)
                }
            }
            job.runtime.sort()
            job.ingredients = seen.ingredients(
                of: node, root: job.waitsFor.lazy.map { order.nodes[Int($0)] },
                baseEdges: edges[order.nodes[place]].lazy
                    .filter { $0.marks.contains(.build) && order.job(of: $0.dependency, before: job.index) == nil }
                    .map(\.dependency))
            job.ownKey = keys.own(
                job.cpv, slot: job.slot, repository: job.repository, use: job.use, job.ingredients,
                live: job.isLive ? run : nil)
            job.buildKey = keys.deep(own: job.ownKey, dependencies: job.waitsFor.map { jobs[Int($0)].buildKey })
            job.isForced = isForced(job)
            reuse(&job, among: jobs, &keys)
            reasons.look(at: &job, among: jobs)
            if job.cached == nil { job.refusal = refusal(of: node) }
            job.expected = expected(node.cpv)
            jobs.append(job)
        }
        if secondPass { settleFirstJobs(&jobs) }
        if packsBase { pack(graph, behind: &jobs, &keys) }
        try forced.demand(among: jobs)
        return Plan(jobs: jobs)
    }

    /// Takes a published package: one with the same build key, or one that was built of the same against dependencies that
    /// looked the same. Where that is not known yet, names those that it could be.
    private func reuse(_ job: inout PlannedJob, among jobs: [PlannedJob], _ keys: inout BuildKeys) {
        guard !job.isForced else { return }
        if takeSame(&job) { return }
        job.candidates = known.candidates(ownKey: job.ownKey)
        guard !job.candidates.isEmpty else { return }
        var outputs: [ContentDigest] = []
        for needed in job.waitsFor {
            guard let output = jobs[Int(needed)].cached?.output else { return }
            outputs.append(output)
        }
        guard let found = job.cutoff(outputs: outputs, &keys) else { return }
        job.cached = found
        job.candidates = []
        job.reason = Self.cutoffReason(found)
    }

    /// Takes a package with the same build key, the own farm's first.
    func takeSame(_ job: inout PlannedJob) -> Bool {
        if let same = known[job.buildKey] {
            job.cached = same
            job.reason = "cached: \(same.path)"
            return true
        }
        guard let (same, farm) = known.adoptable(job.buildKey) else { return false }
        job.cached = same
        job.adoptedFrom = farm
        job.reason = "cached: \(same.path) (from \(farm))"
        return true
    }

    func isForced(_ job: PlannedJob) -> Bool { forced.contains(job) }

    static func cutoffReason(_ package: PublishedRecord) -> String {
        "cached: \(package.path) (dependencies rebuilt without a visible change)"
    }

    /// `+static` and `-static` are `static`.
    package static func withoutDefault(_ flag: String) -> String {
        flag.hasPrefix("+") || flag.hasPrefix("-") ? String(flag.dropFirst()) : flag
    }
}

extension PlannedJob {
    /// What the graph says; its keys are filled in later.
    fileprivate init(_ node: ResolvedGraph.Node, at place: Int32, waitsFor: [Int32]) {
        let iuse = Set(node.iuse.map(Planner.withoutDefault))
        self.init(
            index: place, cpv: node.cpv, slot: node.slot, repository: node.repository,
            use: iuse.isEmpty ? [] : iuse.intersection(node.use).sorted(), iuse: iuse.sorted(),
            restrict: node.restrict, properties: node.properties, distfiles: node.distfiles, waitsFor: waitsFor,
            requestedBy: node.requestedBy, buildKey: node.recipe, reason: "")
    }

    /// The candidate that was built with these outputs of its dependencies.
    func cutoff(outputs: [ContentDigest], _ keys: inout BuildKeys) -> PublishedRecord? {
        guard !candidates.isEmpty else { return nil }
        let key = keys.cutoff(own: ownKey, outputs: outputs)
        return candidates.first { $0.cutoffKey == key }?.record
    }
}
