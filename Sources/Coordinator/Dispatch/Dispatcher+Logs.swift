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
        let job = try choose(request.package, request.states, for: .log, run: request.run, scheduler)
        let cpv = scheduler.title(of: job)
        guard let attempt = scheduler.durable[job]?.attempts.last else {
            throw Refusal(
                .unavailable, "\(cpv) has no log in run \(job.run): it was not built there",
                "farmctl jobs tells how it stands")
        }
        let id = AttemptID(job: job, fence: attempt.fence)
        guard request.evidence.isEmpty else { return try answer(request, client, number, id, cpv) }
        let follower = LogFollower(
            client: client, request: number, run: job.run, cpv: cpv, offset: max(0, request.offset))
        if request.follow, !isLeaving, attempt.record.isLive, services.logs.size(of: id) <= follower.offset {
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

    /// What was kept of an attempt beside its log.
    private func answer(
        _ request: WireLogRequest, _ client: Client, _ number: UInt64, _ attempt: AttemptID, _ cpv: String
    ) throws {
        guard let part = EvidencePart(rawValue: request.evidence) else {
            throw Refusal(
                .invalid, "'\(request.evidence.oneLine(atMost: 64))' is nothing that is kept of a build",
                "install the same version of binfarm on both")
        }
        let bytes: [UInt8]?
        do {
            bytes = try services.logs.read(part, of: attempt, from: max(0, request.offset), limit: Self.piece)
        } catch {
            throw Refusal(
                .unavailable, "the \(part) of \(cpv) cannot be read: \(error)", "look at the coordinator's disk")
        }
        guard let bytes else {
            throw Refusal(
                .notFound, "there is no \(part) of the build of \(cpv) in run \(attempt.job.run)",
                "it comes when the build has ended; nothing comes of a worker that was lost")
        }
        var answer = WireCoordinatorMessage()
        answer.request = number
        answer.log.run = attempt.job.run.rawValue
        answer.log.cpv = cpv
        answer.log.fence = attempt.fence.rawValue
        answer.log.offset = max(0, request.offset)
        answer.log.data = .init(bytes)
        answer.log.complete = bytes.count < Self.piece
        answer.log.evidence = part.rawValue
        send(answer, to: client.peer)
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
        services.packer.attemptEnded(attempt)
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
}
