import Core
import Shared
import ZeroMQ

/// Somebody who waits for something to happen.
struct EventFollower {
    var client: Client
    var request: UInt64
    /// The last that is known.
    var after: UInt64
    var limit: Int
}

/// Tells what happens to those who ask.
extension Dispatcher {
    private static let mostFollowers = 512
    /// Far below the largest message, whatever their texts.
    private static let mostAtOnce: Int32 = 200
    /// What happens within it is told together.
    private static let gathering = Duration.milliseconds(50)

    func events(_ request: WireEventsRequest, _ client: Client, _ number: UInt64) throws {
        let limit = request.limit > 0 ? min(request.limit, Self.mostAtOnce) : Self.mostAtOnce
        let follower = EventFollower(
            client: client, request: number, after: request.after == 0 ? happenings.last : request.after,
            limit: Int(limit))
        // A farmctl that asks again has given up its earlier question.
        eventFollowers.removeAll { $0.client.peer == client.peer }
        guard request.follow, !isLeaving, request.after != 0, follower.after == happenings.last else {
            return tell(follower)
        }
        guard eventFollowers.count < Self.mostFollowers else {
            throw Refusal(.unavailable, "too many follow what happens already", "try again later")
        }
        eventFollowers.append(follower)
    }

    /// Committed: it is so now.
    func note(_ change: Change) {
        tally.count(change) { scheduler.durable.runs[$0]?.record.request.farm ?? "" }
        guard let event = Happening.Event(change, known: &happenings.known) else { return }
        note(event)
    }

    func note(_ event: Happening.Event) {
        let happening = happenings.append(event, at: clock.now())
        if happening.event.isNotified { services.notifier.take(happening.wire(scheduler)) }
        guard !eventFollowers.isEmpty, !isTellingSoon else { return }
        isTellingSoon = true
        loop.schedule(after: Self.gathering, owner: self) { dispatcher in
            dispatcher.isTellingSoon = false
            let waiting = dispatcher.eventFollowers
            dispatcher.eventFollowers = []
            for follower in waiting { dispatcher.tell(follower) }
        }
    }

    /// Phases are no facts of the core's books: they are told as workers tell them.
    func notePhases(_ held: [HeldAttempt], of worker: WorkerName) {
        for attempt in held {
            let id = attempt.attempt
            guard let phase = attempt.phase, let last = scheduler.durable[id.job]?.attempts.last,
                last.fence == id.fence,
                last.record.isLive, last.record.worker == worker, scheduler.status(of: id.job)?.phase != phase
            else { continue }
            note(.jobPhase(attempt.attempt, phase, on: worker))
        }
    }

    private func tell(_ follower: EventFollower) {
        let (news, missed) = happenings.after(follower.after, limit: follower.limit)
        var answer = WireCoordinatorMessage()
        answer.request = follower.request
        answer.events.events = news.map { $0.wire(scheduler) }
        answer.events.last = news.last?.number ?? happenings.last
        answer.events.missed = missed
        // It is committed, and waits for nothing else.
        transmit(answer, to: follower.client.peer)
    }
}
