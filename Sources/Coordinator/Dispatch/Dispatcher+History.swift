import Core
import GRDB
import Logging
import Shared

/// What was built in the past: read from the database, off the event loop.
extension Dispatcher {
    private static let mostBuilds: Int32 = 200
    private static let usualBuilds: Int32 = 100
    private static let mostOfWorker = 1000
    private static let mostSamples = 600
    private static let mostBuckets: Int64 = 2000
    private static let mostReaders = 16

    func history(_ request: WireHistoryRequest, _ client: Client, _ number: UInt64) throws {
        let pattern = try packagePattern(request.package)
        let names = try pastNames(of: pattern)
        // All builds of a package, unless more is said of it than its name.
        let filter = try JobFilter(pattern.isName ? [] : [request.package], request.states)
        let limit = request.limit > 0 ? min(request.limit, Self.mostBuilds) : Self.usualBuilds
        try read(client, number) { database in
            let package = try names.one(database)
            var answer = WireHistoryAnswer()
            answer.package = package
            answer.builds = try BuildHistory.builds(of: package, filter, limit: Int(limit), database).map(\.wire)
            return .history(answer)
        }
    }

    func workerBuilds(_ request: WireWorkerBuildsRequest, _ client: Client, _ number: UInt64) throws {
        let name = WorkerName(rawValue: request.worker)
        try demandWorker(name)
        let now = clock.now().milliseconds
        let samples = hostSamples[name]?.since(Instant(milliseconds: request.sinceMs), limit: Self.mostSamples) ?? []
        try read(client, number) { database in
            var answer = WireWorkerBuildsAnswer()
            answer.nowMs = now
            answer.samples = samples.map(\.wire)
            answer.builds = try BuildHistory.builds(
                on: name, since: Instant(milliseconds: request.sinceMs), limit: Self.mostOfWorker, database
            ).reversed().map(\.wire)
            return .workerBuilds(answer)
        }
    }

    func throughput(_ request: WireThroughputRequest, _ client: Client, _ number: UInt64) throws {
        let now = clock.now().milliseconds
        guard request.bucketMs >= 1000, request.sinceMs > 0, request.sinceMs < now,
            (now - request.sinceMs) / request.bucketMs < Self.mostBuckets
        else {
            throw Refusal(
                .invalid, "this stretch of time cannot be cut so",
                "ask for at most \(Self.mostBuckets) stretches of a second or more")
        }
        try read(client, number) { database in
            let ends = try BuildHistory.ends(since: Instant(milliseconds: request.sinceMs), database)
            let count = Int((now - request.sinceMs) / request.bucketMs) + 1
            func buckets(_ times: [Instant]) -> [Int32] {
                var buckets = [Int32](repeating: 0, count: count)
                for time in times {
                    let place = Int((time.milliseconds - request.sinceMs) / request.bucketMs)
                    if buckets.indices.contains(place) { buckets[place] += 1 }
                }
                return buckets
            }
            var answer = WireThroughputAnswer()
            answer.sinceMs = request.sinceMs
            answer.bucketMs = request.bucketMs
            answer.published = buckets(ends.published)
            answer.failed = buckets(ends.failed)
            return .throughput(answer)
        }
    }

    /// Answers with what is read.
    private func read(
        _ client: Client, _ number: UInt64,
        _ body: @escaping @Sendable (Database) throws -> WireCoordinatorMessage.OneOf_Body
    ) throws {
        guard historyReaders < Self.mostReaders else {
            throw Refusal(.unavailable, "too many ask about the past now", "try again in a minute")
        }
        historyReaders += 1
        let store = services.store
        Task {
            var answer = WireCoordinatorMessage()
            answer.request = number
            do {
                answer.body = try await Self.read(store, body)
            } catch let refusal as Refusal {
                answer.error = .make(refusal.code, refusal.message, refusal.remedy)
            } catch {
                logger.error("the past was not read", metadata: ["error": "\(error)"])
                answer.error = .make(
                    .unavailable, "the coordinator's database cannot be read: \(error)",
                    "look at the coordinator's disk")
            }
            historyReaders -= 1
            transmit(answer, to: client.peer)
        }
    }

    @concurrent
    private nonisolated static func read(
        _ store: Store, _ body: @escaping @Sendable (Database) throws -> WireCoordinatorMessage.OneOf_Body
    ) async throws -> WireCoordinatorMessage.OneOf_Body {
        try await store.database.read(body)
    }
}

extension BuildHistory.PackageBuild {
    fileprivate var wire: WirePastBuild {
        var build = WirePastBuild()
        build.job = attempt.wire(job, cpv: cpv, state, failure)
        build.farm = farm
        build.packageSize = packageSize ?? 0
        return build
    }
}

extension BuildHistory.WorkerBuild {
    fileprivate var wire: WireWorkerBuild {
        var build = WireWorkerBuild()
        let state: JobState =
            switch outcome {
            case "running": .leased
            case "published": .published
            case "failed": .failed
            case "cancelled": .cancelled
            default: .waiting
            }
        build.job = attempt.wire(job, cpv: cpv, state, failure)
        build.outcome = outcome
        return build
    }
}

extension AttemptRecord {
    fileprivate func wire(_ job: JobID, cpv: String, _ state: JobState, _ failure: Failure?) -> WireJobStatus {
        var status = WireJobStatus()
        status.run = job.run.rawValue
        status.job = job.index
        status.cpv = cpv
        status.state = state.wire
        status.worker = worker.rawValue
        status.startedMs = started.milliseconds
        status.endedMs = ended?.milliseconds ?? 0
        status.cores = cores
        if let failure {
            status.failure = failure.wire
            // There may be many of them in one answer.
            status.failure.reason = status.failure.reason.oneLine(atMost: 300)
            status.failure.firstErrorLine = status.failure.firstErrorLine.oneLine(atMost: 300)
        }
        if let resources { status.resources = resources.wire }
        return status
    }
}

extension HostSamples.Sample {
    fileprivate var wire: WireHostSample {
        var wire = WireHostSample()
        wire.atMs = at.milliseconds
        if let load { wire.load = load }
        if let memoryFree { wire.memoryFree = memoryFree }
        if let diskFree { wire.diskFree = diskFree }
        return wire
    }
}
