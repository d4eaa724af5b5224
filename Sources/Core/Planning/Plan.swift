package import Shared

/// The jobs of one run, in Portage's merge order. A job waits only for jobs with a lower index, so there is no cycle.
package struct Plan: Equatable, Sendable, Codable {
    package var jobs: [PlannedJob]

    package init(jobs: [PlannedJob]) { self.jobs = jobs }
}

/// One package of a plan: what is to be built, what it waits for and why.
package struct PlannedJob: Equatable, Sendable, Codable {
    /// Its place in the plan.
    package var index: Int32
    package var cpv: CPV
    package var slot: String
    package var repository: String
    /// Flags of `iuse` that are on, sorted.
    package var use: [String]
    /// All flags, without the `+`/`-` defaults, sorted.
    package var iuse: [String]
    package var restrict: [String]
    package var properties: [String]
    /// What it fetches; nil when that is not known, or nobody asked: plans of before.
    package var distfiles: [Distfile]?
    /// The set W of PORTAGE.md in merge order: the build waits for these, and its root gets them over the base image.
    package var waitsFor: [Int32]
    /// Jobs needed when the package is installed (direct edges); they do not delay its build.
    package var runtime: [Int32]
    /// Packages of the base image that the build uses, as Portage's order puts the new ones behind it.
    package var baseEdges: [CPV]
    /// The run's targets that name it, also through sets; nil in plans of before.
    package var requestedBy: [String]?
    package var buildKey: ContentDigest
    /// The part of the build key that is not its dependencies'.
    package var ownKey: ContentDigest
    package var ingredients: Ingredients
    /// Why it is built: `new`, `version(1.0 -> 1.1)`, `use(+foo -bar)`, …; or `cached: PATH`.
    package var reason: String
    /// Second pass: the job that built the same against the base image; its package is withdrawn when the run has ended.
    package var replaces: Int32?
    /// The image's installed copy is packed as it is; nothing is built.
    package var packs: Bool
    /// It is built whatever is published already.
    package var isForced: Bool
    /// Packages that it need not build when its dependencies turn out to be, for all it can see, those of one of these.
    package var candidates: [Candidate]
    /// The package that is there already.
    package var cached: PublishedRecord?
    /// The farm that had it; nil for the run's own.
    package var adoptedFrom: String?
    /// Known from the plan: why it cannot be built in a farm.
    package var refusal: Failure?
    /// nil when no earlier build tells.
    package var expected: Expectation?

    package init(
        index: Int32, cpv: CPV, slot: String, repository: String, use: [String], iuse: [String],
        restrict: [String] = [],
        properties: [String] = [], distfiles: [Distfile]? = nil, waitsFor: [Int32], runtime: [Int32] = [],
        baseEdges: [CPV] = [], requestedBy: [String]? = nil,
        buildKey: ContentDigest, ownKey: ContentDigest? = nil, ingredients: Ingredients? = nil, reason: String,
        replaces: Int32? = nil, packs: Bool = false, isForced: Bool = false, candidates: [Candidate] = [],
        cached: PublishedRecord? = nil, refusal: Failure? = nil,
        expected: Expectation? = nil
    ) {
        self.index = index
        self.cpv = cpv
        self.slot = slot
        self.repository = repository
        self.use = use
        self.iuse = iuse
        self.restrict = restrict
        self.properties = properties
        self.distfiles = distfiles
        self.waitsFor = waitsFor
        self.runtime = runtime
        self.baseEdges = baseEdges
        self.requestedBy = requestedBy
        self.buildKey = buildKey
        self.ownKey = ownKey ?? buildKey
        self.ingredients = ingredients ?? Ingredients(recipe: buildKey, environment: buildKey, base: buildKey)
        self.reason = reason
        self.replaces = replaces
        self.packs = packs
        self.isForced = isForced
        self.candidates = candidates
        self.cached = cached
        self.refusal = refusal
        self.expected = expected
    }
}

extension PlannedJob {
    /// Its sources change under the same ebuild (PMS: PROPERTIES=live).
    package var isLive: Bool { properties.contains("live") }
}

extension Plan {
    /// How the jobs stand when the plan is taken over. Jobs behind a refused one are not yet skipped here: the scheduler
    /// does that, job by job.
    package func initialRecords(at now: Instant) -> [JobRecord] {
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
