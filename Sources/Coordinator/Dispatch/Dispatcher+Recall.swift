import Core
import Logging
import Shared
import ZeroMQ

/// The run ended so long ago that only the database has it.
struct RunInDatabase: Error {}

/// Questions about such runs: read one at a time, and the last one stays for a while, as its next page may be asked for.
struct Recall {
    fileprivate var waiting: [(request: WireClientMessage, client: Client)] = []
    fileprivate var isReading = false
    /// Knows that run alone.
    fileprivate var last: (run: RunID, scheduler: Scheduler)?
    fileprivate var forgetting: LoopTimer?
    fileprivate static let mostWaiting = 64
    fileprivate static let kept = Duration.seconds(30)
}

extension Dispatcher {
    /// Answers from the database, off the event loop.
    func recall(for request: WireClientMessage, _ client: Client) {
        guard recall.waiting.count < Recall.mostWaiting else {
            return refuse(request, client, .unavailable, "too many ask for old runs now", "try again in a minute")
        }
        recall.waiting.append((request, client))
        guard !recall.isReading else { return }
        recall.isReading = true
        Task {
            while !recall.waiting.isEmpty {
                let (request, client) = recall.waiting.removeFirst()
                await answerFromDatabase(request, client)
            }
            recall.isReading = false
            recall.forgetting?.cancel()
            recall.forgetting = loop.schedule(after: Recall.kept, owner: self) { $0.recall.last = nil }
        }
    }

    private func answerFromDatabase(_ request: WireClientMessage, _ client: Client) async {
        let id = RunID(rawValue: request.run)
        do {
            if recall.last?.run != id {
                recall.last = nil
                guard let run = try await Self.read(id, services.store) else {
                    return refuse(
                        request, client, .notFound, "there is no run \(id)", "farmctl status lists the last runs")
                }
                var snapshot = Snapshot()
                snapshot.runs[id] = run
                recall.last = (id, Scheduler(restoring: snapshot, now: clock.now()))
            }
            try answer(request, client, recalled: recall.last?.scheduler)
        } catch {
            logger.error("a run was not read back", metadata: ["run": "\(id)", "error": "\(error)"])
            refuse(
                request, client, .unavailable, "run \(id) cannot be read from the coordinator's database: \(error)",
                "look at the coordinator's disk")
        }
    }

    @concurrent
    private nonisolated static func read(_ id: RunID, _ store: Store) async throws -> Snapshot.Run? {
        try store.run(id)
    }

    private func refuse(
        _ request: WireClientMessage, _ client: Client, _ code: WireErrorAnswer.Code, _ message: String,
        _ remedy: String
    ) {
        var answer = WireCoordinatorMessage()
        answer.request = request.request
        answer.error = .make(code, message, remedy)
        send(answer, to: client.peer)
    }
}

extension WireClientMessage {
    /// The run that is asked about; 0 for the newest, and where none is.
    fileprivate var run: Int64 {
        switch body {
        case .jobs(let jobs): jobs.run
        case .plan(let plan): plan.run
        case .log(let log): log.run
        case .why(let why): why.run
        case .cancel(let cancel): cancel.run
        case .shellOpen(let open): open.run
        case .run(let run): run.run
        case .failures(let failures): failures.run
        case .retry(let retry): retry.run
        case .hello, .renew, .finished, .goodbye, .submit, .status, .drain, .backup, .release, .binhost, .shell,
            .events, .history, .workerBuilds, .throughput, .diff, .upload, .image, nil:
            0
        }
    }
}
