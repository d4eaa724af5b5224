import Core
import Shared
import ZeroMQ

/// The conversation with farmctl: each request gets one answer.
extension Dispatcher {
    func answer(_ request: WireClientMessage, _ client: Client) throws {
        var answer = WireCoordinatorMessage()
        answer.request = request.request
        do {
            guard client.role == .operator || client.role == .viewer else {
                throw Refusal(
                    .notAllowed, "the key '\(client.name)' is a \(client.role.rawValue)'s and may not ask this",
                    "use an operator's or a viewer's key: farmctl key new NAME --role viewer")
            }
            switch request.body {
            case .submit(let submit): answer.submit = try self.submit(submit, client)
            case .cancel(let cancel): answer.cancel = try self.cancel(cancel, client)
            case .status(let status): answer.status = self.status(status)
            case .jobs(let jobs): answer.jobs = try self.jobs(jobs)
            case .plan(let plan): answer.plan = try self.plan(plan)
            case .log(let log): return try self.log(log, client, request.request)
            default:
                throw Refusal(
                    .invalid, "the coordinator does not understand this request",
                    "install the same version of binfarm on both sides")
            }
        } catch let refusal as Refusal {
            answer.error = .make(refusal.code, refusal.message, refusal.remedy)
        }
        send(answer, to: client.peer)
    }

    private func demandOperator(_ client: Client, to act: String) throws {
        guard client.role == .operator else {
            throw Refusal(
                .notAllowed, "the key '\(client.name)' is a \(client.role.rawValue)'s and may not \(act)",
                "use an operator's key: farmctl key new NAME --role operator")
        }
    }

    private func submit(_ request: WireSubmitRequest, _ client: Client) throws -> WireSubmitAnswer {
        try demandOperator(client, to: "submit")
        guard let farm = farms[request.farm] else {
            throw Refusal(
                .notFound, "there is no farm '\(request.farm)'",
                "the farms are: \(farms.keys.sorted().joined(separator: ", "))")
        }
        guard (1...1000).contains(request.targets.count),
            request.targets.allSatisfy({ (1...256).contains($0.utf8.count) && $0.allSatisfy(\.isTargetCharacter) })
        else {
            throw Refusal(
                .invalid, "the targets are no atoms and sets", "name one or more, such as dev-libs/expat or @hep")
        }
        let id = nextRun
        nextRun = RunID(rawValue: id.rawValue + 1)
        feed(.runSubmitted(id, farm.request(targets: request.targets, submittedBy: client.name)))
        var answer = WireSubmitAnswer()
        answer.run = id.rawValue
        return answer
    }

    private func cancel(_ request: WireCancelRequest, _ client: Client) throws -> WireCancelAnswer {
        try demandOperator(client, to: "cancel")
        let id = RunID(rawValue: request.run)
        let run = try self.run(request.run).run
        guard !run.record.state.isEnd else {
            throw Refusal(
                .invalid, "run \(id) has ended already: \(run.record.state.rawValue)", "nothing is left to cancel")
        }
        let before = scheduler.counts(id)[.cancelled] ?? 0
        feed(.cancelRun(id))
        var answer = WireCancelAnswer()
        answer.run = id.rawValue
        answer.cancelled = Int32((scheduler.counts(id)[.cancelled] ?? 0) - before)
        return answer
    }

    /// The run with this number, the newest for 0.
    func run(_ number: Int64) throws -> (id: RunID, run: Snapshot.Run) {
        let runs = scheduler.durable.runs
        guard let id = number == 0 ? runs.keys.max() : RunID(rawValue: number), let run = runs[id] else {
            throw Refusal(
                .notFound, number == 0 ? "there is no run yet" : "run \(number) is not known or ended long ago",
                number == 0 ? "submit one: farmctl submit FARM TARGET" : "farmctl status lists the last runs")
        }
        return (id, run)
    }
}

extension WireClientMessage {
    /// Whether farmctl says this, not a worker.
    var isQuestion: Bool {
        switch body {
        case .submit, .status, .jobs, .plan, .log, .cancel, .why, .drain, .backup: true
        case .hello, .renew, .finished, .goodbye, nil: false
        }
    }
}

extension Character {
    /// What atoms (PMS 8.3) and set names are made of. A leading hyphen is kept out by the probe's own `--`.
    fileprivate var isTargetCharacter: Bool {
        isASCII && (isLetter || isNumber || "@/_.+-:=<>~!*[](),?^&|".contains(self))
    }
}
