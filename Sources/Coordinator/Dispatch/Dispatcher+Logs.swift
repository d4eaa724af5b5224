import Core
import Shared
import ZeroMQ

/// A farmctl that waits for a log to go on.
struct LogFollower {
    var client: Client
    var request: UInt64
    var run: RunID
    var cpv: String
    var offset: Int64
}

/// Logs, whole or as they grow.
extension Dispatcher {
    /// Bytes of log in one answer.
    private static let piece = 256 << 10
    private static let followersPerAttempt = 64

    func log(_ request: WireLogRequest, _ client: Client, _ number: UInt64, _ scheduler: Scheduler) throws {
        let (job, cpv) = try find(request.package, run: request.run, scheduler)
        guard let attempt = scheduler.durable[job]?.attempts.last else {
            throw Refusal(
                .unavailable, "\(cpv) has no log in run \(job.run): it was not built there",
                "farmctl jobs tells how it stands")
        }
        let id = AttemptID(job: job, fence: attempt.fence)
        let follower = LogFollower(
            client: client, request: number, run: job.run, cpv: cpv, offset: max(0, request.offset))
        if request.follow, attempt.record.isLive, services.logs.size(of: id) <= follower.offset {
            // A farmctl that asks again has given up its earlier question.
            followers[id, default: []].removeAll { $0.client.peer == client.peer }
            guard followers[id, default: []].count < Self.followersPerAttempt else {
                throw Refusal(.unavailable, "too many follow this log already", "try again later")
            }
            followers[id, default: []].append(follower)
            return
        }
        send(follower, id, isComplete: !attempt.record.isLive)
    }

    /// What the bulk server has to tell.
    func heard(_ happening: BulkServer.Happening) {
        switch happening {
        case .logGrew(let attempt): logGrew(attempt)
        case .noRoom(let reason): feed(.storageFull(reason))
        }
    }

    /// More of a log has come.
    private func logGrew(_ attempt: AttemptID) {
        guard let waiting = followers.removeValue(forKey: attempt) else { return }
        for follower in waiting { send(follower, attempt, isComplete: false) }
    }

    /// The attempt has ended: whoever follows its log is told.
    func logEnded(_ attempt: AttemptID) {
        guard let waiting = followers.removeValue(forKey: attempt) else { return }
        for follower in waiting { send(follower, attempt, isComplete: true) }
    }

    private func send(_ follower: LogFollower, _ attempt: AttemptID, isComplete: Bool) {
        var answer = WireCoordinatorMessage()
        answer.request = follower.request
        do {
            let bytes = try services.logs.read(attempt, from: follower.offset, limit: Self.piece)
            answer.log.run = follower.run.rawValue
            answer.log.cpv = follower.cpv
            answer.log.fence = attempt.fence.rawValue
            answer.log.offset = follower.offset
            answer.log.data = .init(bytes)
            answer.log.complete = isComplete && bytes.count < Self.piece
        } catch {
            answer.error = .make(
                .unavailable, "the log of \(follower.cpv) cannot be read: \(error)", "look at the coordinator's disk")
        }
        send(answer, to: follower.client.peer)
    }

    /// The job that a person means: a cpv, `cat/pkg`, or `pkg` when that is one package only; `resolve` for the resolving.
    private func find(_ name: String, run number: Int64, _ scheduler: Scheduler) throws -> (JobID, String) {
        let runs: [(RunID, Snapshot.Run)] =
            number == 0
            ? scheduler.durable.runs.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
            : [try run(number, scheduler)].map { ($0.id, $0.run) }
        if name == "resolve", let newest = runs.first { return (.resolving(newest.0), "resolve") }
        for (id, run) in runs {
            let jobs = (run.plan?.jobs ?? []).filter {
                $0.cpv.description == name || $0.cpv.cp == name || $0.cpv.name == name
            }
            // A cached job has no log; its build's is in an earlier run.
            let built = jobs.filter { number != 0 || !run.jobs[Int($0.index)].attempts.isEmpty }
            guard let job = built.first else { continue }
            guard built.count == 1 else {
                throw Refusal(
                    .invalid, "'\(name)' is \(built.count) packages in run \(id)",
                    "say which: \(built.map(\.cpv.description).joined(separator: ", "))")
            }
            return (JobID(run: id, index: job.index), job.cpv.description)
        }
        throw Refusal(
            .notFound, "no package '\(name)' was built in the last runs", "farmctl jobs lists the packages of a run")
    }
}
