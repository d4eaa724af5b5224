import Shared

/// The jobs of one run, in Portage's merge order. A job waits only for jobs with a lower index, so there is no cycle.
struct Plan: Equatable, Sendable, Codable {
    var jobs: [PlannedJob]
}

/// One package of a plan: what is to be built, what it waits for and why.
struct PlannedJob: Equatable, Sendable, Codable {
    /// Its place in the plan.
    var index: Int32
    var cpv: CPV
    var slot: String
    var repository: String
    /// Flags of `iuse` that are on, sorted.
    var use: [String]
    /// All flags, without the `+`/`-` defaults, sorted.
    var iuse: [String]
    var restrict: [String]
    var properties: [String]
    /// The set W of PORTAGE.md in merge order: the build waits for these, and its root gets them over the base image.
    var waitsFor: [Int32]
    /// Jobs needed when the package is installed (direct edges); they do not delay its build.
    var runtime: [Int32]
    /// Packages whose copy in the base image the build uses, as Portage's order puts the new one behind it.
    var baseEdges: [CPV]
    var buildKey: ContentDigest
    /// `new` or `cached: PATH`.
    var reason: String
    /// The package that is there already.
    var cached: PublishedRecord?
    /// Known from the plan: why it cannot be built in a farm.
    var refusal: Failure?
    /// Milliseconds; nil when no earlier build tells.
    var expected: Int64?
}

extension Plan {
    /// How the jobs stand when the plan is taken over. Jobs behind a refused one are not yet skipped here: the scheduler
    /// does that, job by job.
    func initialRecords(at now: Instant) -> [JobRecord] {
        jobs.map { job in
            var record = JobRecord(reason: job.reason)
            if let cached = job.cached {
                record.state = .cached
                record.result = cached
                record.ended = now
            } else if let refusal = job.refusal {
                record.state = .failed
                record.failure = refusal
                record.ended = now
            }
            return record
        }
    }
}
