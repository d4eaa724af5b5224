/// Which job goes first: ours, and those of other builders, to compare with.
package enum JobOrder: String, Sendable, CaseIterable {
    /// The longest remaining path by measured durations: what the scheduler does.
    case path
    /// Sum of the durations of the job and all that waits for it (bob, pbulk).
    case weight
    /// The longest remaining path, each job counted as one (poudriere).
    case depth
    /// Number of jobs behind it times unit depth (dsynth).
    case dependentsDepth = "dependents-depth"
    /// The merge order; a package waits for all earlier ones that it reaches over edges of any kind (emerge --jobs).
    case emerge
}

extension BuildGraph {
    /// What takes the place of the remaining paths; nil when these are wanted.
    func priorities(_ order: JobOrder) -> [Int64]? {
        switch order {
        case .path: nil
        case .emerge: jobs.indices.map { Int64(jobs.count - $0) }
        case .depth: unitDepths
        case .weight: behind.map { $0.reduce(0) { $0 + jobs[$1].cost.wall } }
        case .dependentsDepth: zip(behind, unitDepths).map { Int64($0.count - 1) * $1 }
        }
    }

    private var unitDepths: [Int64] {
        var depths = [Int64](repeating: 1, count: jobs.count)
        for position in jobs.indices.reversed() {
            for needed in jobs[position].waitsFor {
                depths[Int(needed)] = max(depths[Int(needed)], depths[position] + 1)
            }
        }
        return depths
    }

    /// Of each job, itself and all that waits for it, however far behind.
    private var behind: [[Int]] {
        let words = (jobs.count + 63) / 64
        var sets = [[UInt64]](repeating: [UInt64](repeating: 0, count: words), count: jobs.count)
        for position in jobs.indices.reversed() {
            sets[position][position / 64] |= 1 << UInt64(position % 64)
            for needed in jobs[position].waitsFor {
                for word in 0..<words { sets[Int(needed)][word] |= sets[position][word] }
            }
        }
        return sets.map { set in
            set.indices.flatMap { word in (0..<64).filter { set[word] >> UInt64($0) & 1 == 1 }.map { word * 64 + $0 } }
        }
    }
}
