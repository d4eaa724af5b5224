import Shared

extension Planner {
    /// A package that would only be built to be replaced is not built: when its second job has a package and nobody else
    /// needs the first one, that is its package too.
    func settleFirstJobs(_ jobs: inout [PlannedJob]) {
        var again: [Int32: Int32] = [:]
        for job in jobs { if let first = job.replaces { again[first] = job.index } }
        // Later ones first: whether they are built decides whether what they need is.
        var isNeeded = [Bool](repeating: false, count: jobs.count)
        for place in jobs.indices.reversed() {
            if let second = again[Int32(place)], jobs[place].cached == nil {
                if !isNeeded[place], !jobs[place].isForced, let package = jobs[Int(second)].cached {
                    jobs[place].cached = package
                    jobs[place].candidates = []
                    jobs[place].refusal = nil
                    jobs[place].reason = "cached: \(package.path)"
                } else {
                    // What it has otherwise than its last package is what it is built with again.
                    let reason = jobs[Int(second)].cached == nil ? jobs[Int(second)].reason : "bootstrap"
                    jobs[place].reason = reason
                }
            }
            if jobs[place].cached == nil { for needed in jobs[place].waitsFor { isNeeded[Int(needed)] = true } }
        }
    }
}
