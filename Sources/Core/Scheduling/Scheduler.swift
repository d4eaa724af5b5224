package import Shared

/// All scheduling decisions of a coordinator: events and the time go in, effects come out. No sockets, no files, no clock,
/// no randomness: the same events at the same times give the same effects.
///
/// `durable` holds what is stored and changes only by `record`, which stores the change too. Everything else is worked out
/// from it again after a restart, or is what connected workers say.
package struct Scheduler: Sendable {
    package private(set) var durable: Snapshot
    package let policy: Policy
    /// Of the event at hand; never goes back.
    private(set) var now: Instant
    /// Of the event at hand.
    var effects: [Effect] = []

    /// Runs with a plan that have not ended.
    var progress: [RunID: Progress] = [:]
    /// Unfinished jobs by what they build, in the order in which they were planned.
    var wanted: [Wish: [JobID]] = [:]
    /// Ready jobs.
    var queues: [JobQueue] = []
    var queuePositions: [JobQueue.Kind: Int] = [:]
    /// In all queues, and the sum of their remaining paths.
    var readyJobs = 0
    var readyPath: Int64 = 0
    /// A host that is kept free for a big job.
    var claim: Claim?
    /// Jobs for which a host has gathered cores in vain: they take what they get.
    var gathered: Set<JobID> = []
    /// A timer for jobs that find no room is set.
    var willRelieve = false
    /// Runs whose resolving waits for a worker.
    var unresolved: Set<RunID> = []
    /// Runs whose plan is being made, and what their farm's jobs have got meanwhile, by build key.
    var planning: [RunID: [ContentDigest: PublishedRecord]] = [:]
    var leases: [AttemptID: Lease] = [:]
    /// Cores given to each farm's builds.
    var farmLoads: [String: Int] = [:]
    /// Attempts whose package waits to be published.
    var publications: Set<AttemptID> = []

    var locality = Locality()
    var workerStates: [WorkerName: WorkerState] = [:]
    /// May hold workers whose room has changed.
    var idle = Heap<IdleWorker>()
    /// Of all workers.
    var freeSlots = 0
    var fleet = Fleet()
    /// Why nothing is leased or published.
    var storageProblem: String?
    /// Why nothing of these farms is.
    var farmProblems: [String: String] = [:]
    /// A timer for the next look at the storage is set.
    var willProbeStorage = false

    var timers = Heap<Timer>()
    var timerSequence: UInt64 = 0
    var announcedWake: Instant?

    /// What a build gives: equal wishes are met by one package.
    struct Wish: Hashable, Sendable {
        var farm: String
        var format: BinpkgFormat
        var buildKey: ContentDigest

        init(_ job: PlannedJob, of request: RunRequest) {
            farm = request.farm
            format = request.format
            buildKey = job.buildKey
        }
    }

    /// After restoring, the shell sends `started` before anything else. Leases begin anew, and not shorter than
    /// `Policy.restoredLease`: so long a worker has to come back with what it still builds.
    package init(restoring snapshot: Snapshot = Snapshot(), policy: Policy = Policy(), now: Instant) {
        durable = snapshot
        self.policy = policy
        self.now = now
        var asides: [(name: WorkerName, until: Instant)] = []
        for (name, record) in snapshot.workers {
            workerStates[name] = WorkerState(record: record)
            if let aside = record.conduct.aside { asides.append((name, aside.until)) }
        }
        for aside in asides.sorted(by: { $0.name < $1.name }) { setTimer(.probe(aside.name), at: aside.until) }
        for id in snapshot.runs.keys.sorted() { restore(id) }
        // Jobs are restored run by run.
        for name in workerStates.keys { workerStates[name]?.running.sort { $0.fence < $1.fence } }
    }

    package mutating func handle(_ event: Event, now: Instant) -> [Effect] {
        self.now = max(self.now, now)
        effects.removeAll(keepingCapacity: true)
        switch event {
        case .started: start()
        case .runSubmitted(let id, let request): submit(id, request)
        case .planned(let id, let plan): take(plan, for: id)
        case .adopting(let farm, let packages):
            for package in packages { keepBuildIDsAhead(of: package, farm: farm) }
        case .numbered(let farm, let buildIDs):
            for (cpv, buildID) in buildIDs { keepBuildIDsAhead(of: cpv, buildID, farm: farm) }
        case .planningFailed(let id, let failure): failResolving(id, failure)
        case .cancelRun(let id): cancel(id)
        case .workerConnected(let name, let offer, let held): connect(name, offer, held: held)
        case .workerDisconnected(let name): disconnect(name)
        case .workerLeft(let name): leave(name)
        case .renewed(let name, let held, let room): renew(name, held, room)
        case .drain(let name): drain(name)
        case .resume(let name): resume(name)
        case .attemptFinished(let name, let id, let outcome, let resources): finish(id, at: name, outcome, resources)
        case .published(let id, let record): published(id, record)
        case .publicationRefused(let id, let failure): publicationRefused(id, failure)
        case .storageFull(let reason, let farm): storageFull(reason, farm)
        case .storageAvailable: storageAvailable()
        case .storagePartlyAvailable(let full): storagePartlyAvailable(full)
        case .tick: announcedWake = nil
        }
        expireTimers()
        dispatch()
        announceWake()
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    /// The one way in which what is stored changes.
    mutating func record(_ change: Change) {
        durable.apply(change)
        effects.append(.persist(change))
    }

    mutating func update(_ id: JobID, _ change: (inout JobRecord) -> Void) {
        guard var job = durable[id]?.record else { return }
        change(&job)
        record(.job(id, job))
    }

    func plannedJob(_ id: JobID) -> PlannedJob? {
        guard !id.isResolving, let plan = durable.runs[id.run]?.plan, plan.jobs.indices.contains(Int(id.index)) else {
            return nil
        }
        return plan.jobs[Int(id.index)]
    }

    /// What people call the job: its package, `resolve`, or `image` where the run makes one.
    package func title(of id: JobID) -> String {
        guard id.isResolving else { return name(of: id) }
        return durable.runs[id.run]?.record.request.recipe == nil ? "resolve" : "image"
    }

    /// For people, in a sentence.
    package func name(of id: JobID) -> String {
        plannedJob(id)?.cpv.description
            ?? (id.isResolving ? (title(of: id) == "image" ? "its image" : "resolving") : "job \(id.index)")
    }
}
