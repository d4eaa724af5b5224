import Core
import Shared

/// One run more closely than the status screen shows it.
extension Dispatcher {
    private static let pathShown = 100
    private static let groupsShown = 100
    private static let jobsShownOfGroup = 20
    private static let mostPackages = 1000

    func run(_ request: WireRunRequest, _ scheduler: Scheduler) throws -> WireRunAnswer {
        let (id, run) = try run(request.run, scheduler)
        let now = clock.now()
        var answer = WireRunAnswer()
        if let status = view(id, scheduler, now: now) { answer.run = status }
        answer.nowMs = now.milliseconds
        let pace = Pace(run, now: now)
        answer.perHour = pace.overall
        answer.perHourNow = pace.lately
        let outlook = outlook(of: id, now: now)
        if let estimate = outlook?.estimate {
            answer.earliestMs = estimate.earliest.milliseconds
            answer.latestMs = estimate.latest.milliseconds
        }
        let path = outlook?.decidingPath ?? []
        answer.decidingPath = path.prefix(Self.pathShown).compactMap { view($0, scheduler) }
        answer.decidingTotal = Int32(path.count)
        return answer
    }

    /// Equal failures together: those of one class with the same line that tells most.
    func failures(_ request: WireFailuresRequest, _ scheduler: Scheduler) throws -> WireFailuresAnswer {
        let (id, run) = try run(request.run, scheduler)
        var groups: [[JobID]] = []
        var places: [[String]: Int] = [:]
        for (index, job) in run.jobs.enumerated() where job.record.state == .failed {
            guard let failure = job.record.failure else { continue }
            let key = [failure.failureClass.rawValue, failure.line]
            let place = places[key] ?? groups.count
            if place == groups.count {
                places[key] = place
                groups.append([])
            }
            groups[place].append(JobID(run: id, index: Int32(index)))
        }
        var answer = WireFailuresAnswer()
        answer.run = id.rawValue
        answer.groupsTotal = Int32(groups.count)
        let largest = groups.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
        answer.groups = largest.prefix(Self.groupsShown).map { _, jobs in
            var group = WireFailureGroup()
            if let failure = scheduler.durable[jobs[0]]?.record.failure { group.failure = failure.wire }
            group.jobs = jobs.prefix(Self.jobsShownOfGroup).compactMap { job in
                var status = view(job, scheduler)
                // All of them have the group's.
                status?.clearFailure()
                return status
            }
            group.total = Int32(jobs.count)
            return group
        }
        return answer
    }

    /// What is to be submitted so that what failed in a run is built again: all that the run wanted, as what succeeded is
    /// there already, or these packages.
    func submission(
        _ request: WireRetryRequest, _ client: Client, _ scheduler: Scheduler
    ) throws -> WireSubmitRequest {
        try demandOperator(client, to: "retry")
        let filter = try JobFilter(request.packages, request.states)
        let (id, run) = try run(request.run, scheduler)
        let asked = run.record.request
        guard asked.recipe == nil else {
            throw Refusal(.invalid, "run \(id) makes an image", "farmctl image build makes it again")
        }
        var submission = WireSubmitRequest()
        submission.farm = asked.farm
        submission.priority = asked.priority
        submission.secondPass = asked.secondPass
        submission.atomic = asked.isAtomic
        // What was to be built although nothing had changed still is.
        let plan = run.plan?.jobs ?? []
        let forced = plan.filter { $0.isForced && !run.jobs[Int($0.index)].record.state.isAvailable }
        submission.forced = forced.prefix(Self.mostPackages).map(\.cpv.description)
        guard request.packages.isEmpty, request.states.isEmpty else {
            submission.targets = try Self.fruitless(filter, of: id, run)
            try refuseTwice(submission, id)
            return submission
        }
        guard run.record.state.isEnd else {
            throw Refusal(
                .unavailable, "run \(id) is still \(run.record.state.rawValue)",
                "name the packages that are to be built again, or wait for its end")
        }
        guard run.record.state != .succeeded else {
            throw Refusal(
                .invalid, "nothing failed in run \(id)", "farmctl submit --force PACKAGE builds what has not changed")
        }
        submission.targets = asked.targets
        try refuseTwice(submission, id)
        return submission
    }

    /// Two people, or one with two pages open, mean it once.
    private func refuseTwice(_ retry: WireSubmitRequest, _ id: RunID) throws(Refusal) {
        let wish = Wish(retry)
        if wishesBeginning.contains(wish) {
            throw Refusal(.invalid, "that is about to be built again already", "farmctl status has the run in a moment")
        }
        let same = scheduler.durable.runs.filter { number, run in
            number > id && !run.record.state.isEnd && Wish(run.record.request) == wish
        }
        guard let run = same.keys.min() else { return }
        throw Refusal(
            .invalid, "run \(run) builds that again already", "farmctl status --watch --run \(run) follows it")
    }

    /// As targets: these very versions, all of which have failed, been skipped or been cancelled.
    private static func fruitless(_ filter: JobFilter, of id: RunID, _ run: Snapshot.Run) throws -> [String] {
        let states = Set(JobState.allCases.filter(\.isFruitless))
        guard filter.states.isSubset(of: states) else {
            throw Refusal(
                .invalid, "only what has failed, been skipped or been cancelled can be tried again",
                "farmctl submit --force PACKAGE builds what has not changed")
        }
        let wanted = JobFilter(packages: filter.packages, states: filter.states.isEmpty ? states : filter.states)
        let packages = Set(try wanted.jobs(of: id, run).compactMap { run.plan?.jobs[Int($0)].cpv })
        guard !packages.isEmpty else {
            throw Refusal(
                .notFound,
                "no package of run \(id) is \(wanted.states.map(\.rawValue).sorted().joined(separator: " or "))",
                "farmctl jobs tells how each stands; a run that could not be resolved is retried whole")
        }
        guard packages.count <= mostPackages else {
            throw Refusal(
                .invalid, "\(packages.count) packages are too many", "without any, all that failed is built again")
        }
        return packages.sorted().map { "=\($0)" }
    }
}

extension JobState {
    /// It has ended, and no package came of it.
    fileprivate var isFruitless: Bool { isEnd && !isAvailable }
}

/// Packages that a run builds in an hour.
struct Pace {
    /// Since its first build began.
    let overall: Double
    /// Over the last quarter of an hour; 0 when the run has ended.
    let lately: Double

    private static let hour = 3_600_000.0
    private static let stretch: Int64 = 900_000

    init(_ run: Snapshot.Run, now: Instant) {
        let started = run.jobs.lazy.compactMap { $0.attempts.first?.record.started }.min()
        let built = run.jobs.lazy.filter { $0.record.state == .published && !$0.attempts.isEmpty }
            .compactMap(\.record.ended)
        guard let started else {
            overall = 0
            lately = 0
            return
        }
        let end = run.record.ended ?? now
        overall = Double(built.count) * Self.hour / Double(max(1000, end - started))
        guard run.record.ended == nil else {
            lately = 0
            return
        }
        let begin = max(started, now + -Self.stretch)
        lately = Double(built.count { $0 > begin }) * Self.hour / Double(max(1000, now - begin))
    }
}
