import Shared

/// Builds a graph in virtual time with the scheduler of the coordinator: what a farm of these hosts would do with it.
package struct VirtualFarm {
    package struct Host: Sendable, Equatable {
        package var slots: Int32
        package var cores: Int32

        package init(slots: Int32, cores: Int32) {
            self.slots = slots
            self.cores = cores
        }
    }

    package enum Durations: String, Sendable, CaseIterable {
        /// The scheduler knows before what each build takes.
        case known
        /// It knows what an earlier run measured, each build off by a fifth or so.
        case learned
    }

    package enum Cores: String, Sendable, CaseIterable {
        /// Each build takes what it took, with the cores that it had then.
        case fixed
        /// Each build gets the cores that the scheduler gives it.
        case shared
    }

    package var graph: BuildGraph
    package var hosts: [Host]
    package var order: JobOrder
    package var durations: Durations
    package var cores: Cores
    package var seed: UInt64
    /// As in `Policy`.
    package var prefersLocality = true

    /// Of a logarithm: one in three builds is off by more than a fifth.
    static let noise = 0.2

    package init(
        graph: BuildGraph, hosts: [Host], order: JobOrder = .path, durations: Durations = .known, cores: Cores = .fixed,
        seed: UInt64 = 1
    ) {
        self.graph = graph
        self.hosts = hosts
        self.order = order
        self.durations = durations
        self.cores = cores
        self.seed = seed
    }

    /// What came of it; times in milliseconds.
    package struct Outcome: Sendable, Equatable {
        package var makespan: Int64
        /// No schedule is shorter, when each build takes what it took.
        package var lowerBound: Int64
        package var longestPath: Int64
        package var slots: Int
        /// Of the slots' time, the part in which they built.
        package var utilisation: Double
        /// Packages that were sent to a host, once each.
        package var sent: Int
    }

    /// The scheduler stopped before all was built.
    package struct Stall: Error, CustomStringConvertible {
        package var description: String
    }

    package func run() throws -> Outcome {
        let actual = try build(actual: graph.jobs.map(\.cost), expected: try expectations())
        let slots = hosts.reduce(0) { $0 + Int($1.slots) }
        let offered = Double(actual.makespan) * Double(slots)
        return Outcome(
            makespan: actual.makespan, lowerBound: graph.lowerBound(slots: slots), longestPath: graph.longestPath,
            slots: slots, utilisation: offered > 0 ? Double(actual.walls.reduce(0, +)) / offered : 0,
            sent: actual.sent)
    }

    private func expectations() throws -> [Expectation?] {
        switch durations {
        case .known:
            return graph.jobs.map { job in
                Expectation(duration: job.cost.wall, cpu: job.cost.cpu, cores: job.cost.cores)
            }
        case .learned:
            var random = LogNormal(seed: seed, sigma: Self.noise)
            let noisy = graph.jobs.map { job in
                let factor = random.next()
                return BuildCost(
                    wall: max(1, Int64(Double(job.cost.wall) * factor)), cores: job.cost.cores,
                    parallel: Int64(Double(job.cost.parallel) * factor))
            }
            let measured = try build(actual: noisy, expected: graph.jobs.map { _ in nil })
            return noisy.indices.map { position in
                Expectation(
                    duration: measured.walls[position], cpu: noisy[position].cpu,
                    cores: cores == .fixed ? noisy[position].cores : measured.cores[position])
            }
        }
    }

    private func build(actual: [BuildCost], expected: [Expectation?]) throws -> VirtualRun.Result {
        var priorities = graph.priorities(order)
        if order == .weight, durations == .learned {
            var measured = graph
            for (position, expectation) in expected.enumerated() {
                if let expectation { measured.jobs[position].cost.wall = expectation.duration }
            }
            priorities = measured.priorities(.weight)
        }
        let run = VirtualRun(
            plan: try plan(expected), hosts: hosts, priorities: priorities, cores: cores,
            prefersLocality: prefersLocality,
            duration: { job, given in cores == .fixed ? actual[job].wall : actual[job].wall(with: given) })
        return try run.result()
    }

    private func plan(_ expected: [Expectation?]) throws -> Plan {
        Plan(
            jobs: try graph.jobs.enumerated().map { position, job in
                PlannedJob(
                    index: Int32(position), cpv: try CPV("virtual/job\(position)-1"), slot: "0", repository: "gentoo",
                    use: [], iuse: [],
                    waitsFor: order == .emerge ? job.emergeWaitsFor ?? job.waitsFor : job.waitsFor,
                    buildKey: ContentHasher.digest(Array("\(position)".utf8)), reason: "new",
                    expected: expected[position])
            })
    }
}

/// The same numbers for the same seed, everywhere: factors whose logarithms are normally distributed.
struct LogNormal {
    private var state: UInt64
    private let sigma: Double

    init(seed: UInt64, sigma: Double) {
        state = seed
        self.sigma = sigma
    }

    /// The sum of twelve equal distributions is a good enough normal one, and needs no library's logarithm.
    mutating func next() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += uniform() }
        return exponential(sigma * sum)
    }

    private mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
    }

    private func exponential(_ value: Double) -> Double {
        var (term, sum) = (1.0, 1.0)
        for count in 1...20 {
            term *= value / Double(count)
            sum += term
        }
        return sum
    }
}
