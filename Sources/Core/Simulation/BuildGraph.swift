/// Packages that wait for each other, with what each build takes: what a virtual farm builds.
package struct BuildGraph: Sendable, Equatable {
    /// A job stands behind all that it waits for.
    package var jobs: [Job]

    package struct Job: Sendable, Equatable {
        package var name: String
        /// Places of the jobs whose packages its build needs.
        package var waitsFor: [Int32]
        /// What `emerge --jobs` would wait for: all earlier packages that it reaches over edges of any kind. nil: the same.
        package var emergeWaitsFor: [Int32]?
        package var cost: BuildCost

        package init(name: String, waitsFor: [Int32], emergeWaitsFor: [Int32]? = nil, cost: BuildCost) {
            self.name = name
            self.waitsFor = waitsFor
            self.emergeWaitsFor = emergeWaitsFor
            self.cost = cost
        }
    }

    package init(jobs: [Job]) { self.jobs = jobs }

    /// Milliseconds of all builds.
    package var work: Int64 { jobs.reduce(0) { $0 + $1.cost.wall } }

    /// Milliseconds of the longest chain of builds that wait for each other.
    package var longestPath: Int64 {
        var ends = [Int64](repeating: 0, count: jobs.count)
        for (position, job) in jobs.enumerated() {
            ends[position] = job.cost.wall + (job.waitsFor.map { ends[Int($0)] }.max() ?? 0)
        }
        return ends.max() ?? 0
    }

    /// No schedule is shorter, when builds take what they took.
    package func lowerBound(slots: Int) -> Int64 {
        max(longestPath, (work + Int64(slots) - 1) / Int64(max(1, slots)))
    }
}

/// What a build took, and what it would take with other cores: Amdahl's law on its measured wall and CPU times.
package struct BuildCost: Sendable, Equatable {
    /// Milliseconds, with the cores that it had.
    package var wall: Int64
    package var cores: Int32
    /// Milliseconds of one core's work that the cores share.
    package var parallel: Int64

    package init(wall: Int64, cores: Int32 = 1, parallel: Int64 = 0) {
        self.wall = wall
        self.cores = cores
        self.parallel = parallel
    }

    /// From what was measured of the part that `make -j` runs beside itself: `wall = serial + parallel / cores` and
    /// `cpu = serial + parallel`. One core says nothing about what others would do.
    package init(wall: Int64, cores: Int32, parallelWall: Int64, parallelCPU: Int64) {
        self.init(wall: wall, cores: cores)
        guard cores > 1, parallelCPU > parallelWall else { return }
        let shared = Double(parallelCPU - parallelWall) * Double(cores) / Double(cores - 1)
        parallel = min(Int64(shared), parallelWall * Int64(cores))
    }

    package func wall(with given: Int32) -> Int64 {
        let saved = Double(parallel) * (1 / Double(max(1, cores)) - 1 / Double(max(1, given)))
        return max(1, wall - Int64(saved))
    }

    /// Milliseconds of all cores together.
    package var cpu: Int64 { wall - parallel / Int64(max(1, cores)) + parallel }
}
