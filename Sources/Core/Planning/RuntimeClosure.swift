import Shared

/// The jobs of a plan that one package needs when it runs, and what those need in turn. It is asked for with every lease, so
/// it is a bit for each job of the plan.
struct RuntimeClosure {
    private var words: [UInt64]

    /// - Parameter index: of a job of the plan.
    init(of index: Int32, in plan: Plan) {
        words = [UInt64](repeating: 0, count: (plan.jobs.count + 63) / 64)
        var waiting = plan.jobs[Int(index)].runtime
        while let next = waiting.popLast() {
            guard !contains(next) else { continue }
            words[Int(next) / 64] |= 1 << UInt64(next % 64)
            waiting += plan.jobs[Int(next)].runtime
            // A root may have the package of the first pass.
            if let first = plan.jobs[Int(next)].replaces { words[Int(first) / 64] |= 1 << UInt64(first % 64) }
        }
    }

    func contains(_ index: Int32) -> Bool { words[Int(index) / 64] & (1 << UInt64(index % 64)) != 0 }
}
