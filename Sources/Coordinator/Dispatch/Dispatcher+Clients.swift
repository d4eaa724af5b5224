import Core
import Shared
import ZeroMQ

/// The conversation with farmctl: each request gets one answer.
extension Dispatcher {
    /// - Parameter recalled: knows a run that has left memory, which the request is about.
    func answer(_ request: WireClientMessage, _ client: Client, recalled: Scheduler? = nil) throws {
        var answer = WireCoordinatorMessage()
        answer.request = request.request
        do {
            let scheduler = recalled ?? scheduler
            guard client.role == .operator || client.role == .viewer else {
                throw Refusal(
                    .notAllowed, "the key '\(client.name)' is a \(client.role.rawValue)'s and may not ask this",
                    "use an operator's or a viewer's key: farmctl key new NAME --role viewer")
            }
            if let storeFault, request.isPromise {
                throw Refusal(.unavailable, storeFault, "make room on the coordinator's disk")
            }
            switch request.body {
            case .submit(let submit) where isAtomic(submit):
                try submitAtomically(submit, client, request.request)
                return
            case .submit(let submit) where farms[submit.farm]?.settings.upstreams.binhosts.isEmpty == false:
                try submitAfterRefresh(submit, client, request.request)
                return
            case .submit(let submit): answer.submit = try self.submit(submit, client)
            case .cancel(let cancel): answer.cancel = try self.cancel(cancel, client, among: scheduler)
            case .status(let status): answer.status = self.status(status)
            case .jobs(let jobs): answer.jobs = try self.jobs(jobs, scheduler)
            case .plan(let plan): answer.plan = try self.plan(plan, scheduler)
            case .drain(let drain): answer.drain = try self.drain(drain, client)
            case .why(let why): answer.why = try self.why(why, scheduler)
            case .run(let run): answer.run = try self.run(run, scheduler)
            case .failures(let failures): answer.failures = try self.failures(failures, scheduler)
            case .retry(let retry):
                var submission = request
                submission.submit = try self.submission(retry, client, scheduler)
                return try self.answer(submission, client)
            case .events(let events): return try self.events(events, client, request.request)
            case .history(let history): return try self.history(history, client, request.request)
            case .workerBuilds(let builds): return try workerBuilds(builds, client, request.request)
            case .diff(let diff): return try self.diff(diff, client, request.request)
            case .throughput(let throughput): return try self.throughput(throughput, client, request.request)
            case .log(let log): return try self.log(log, client, request.request, scheduler)
            case .shellOpen(let open): return try openShell(open, client, request.request, scheduler)
            case .shell(let word): return try passOn(word, from: client, request.request)
            case .upload(let piece): return try upload(piece, client, request.request)
            case .image(let image):
                self.image(image, client, request.request)
                return
            case .backup: return try backUp(client, request.request)
            case .release(let release): return try self.release(release, client, request.request)
            case .binhost(let binhost): return try self.binhost(binhost, client, request.request)
            default:
                throw Refusal(
                    .invalid, "the coordinator does not understand this request",
                    "install the same version of binfarm on both sides")
            }
        } catch is RunInDatabase where recalled == nil {
            return recall(for: request, client)
        } catch let refusal as Refusal {
            answer.error = .make(refusal.code, refusal.message, refusal.remedy)
        }
        send(answer, to: client.peer)
    }

    func demandOperator(_ client: Client, to act: String) throws {
        guard client.role == .operator else {
            throw Refusal(
                .notAllowed, "the key '\(client.name)' is a \(client.role.rawValue)'s and may not \(act)",
                "use an operator's key: farmctl key new NAME --role operator")
        }
    }

    /// The farm of this name.
    func farm(_ name: String) throws -> Farm {
        guard let farm = farms[name] else {
            throw Refusal(
                .notFound, "there is no farm '\(name.oneLine(atMost: 64))'",
                farms.isEmpty
                    ? "make one: farmctl image build binfarm"
                    : "the farms are: \(farms.keys.sorted().joined(separator: ", "))")
        }
        return farm
    }

    func submit(_ request: WireSubmitRequest, _ client: Client) throws -> WireSubmitAnswer {
        let asked = try self.request(of: request, client)
        let id = takeRunNumber()
        feed(.runSubmitted(id, asked))
        var answer = WireSubmitAnswer()
        answer.run = id.rawValue
        return answer
    }

    func takeRunNumber() -> RunID {
        defer { nextRun = RunID(rawValue: nextRun.rawValue + 1) }
        return nextRun
    }

    /// What is asked for, checked.
    func request(of request: WireSubmitRequest, _ client: Client) throws -> RunRequest {
        try demandOperator(client, to: "submit")
        let farm = try farm(request.farm)
        if let closed = farmsClosed[request.farm] {
            throw Refusal(.unavailable, "\(request.farm) is being \(closed)", "try again when that is done")
        }
        guard (1...1000).contains(request.targets.count),
            request.targets.allSatisfy({ (1...256).contains($0.utf8.count) && $0.allSatisfy(\.isTargetCharacter) })
        else {
            throw Refusal(
                .invalid, "the targets are no atoms and sets", "name one or more, such as dev-libs/expat or @hep")
        }
        guard SubmitLimits.priorities.contains(request.priority) else {
            throw Refusal(
                .invalid, "the priority \(request.priority) is out of range",
                "priorities are from \(SubmitLimits.priorities.lowerBound) to \(SubmitLimits.priorities.upperBound)")
        }
        guard request.forced.count <= 1000, request.forced.allSatisfy(SubmitLimits.canForce) else {
            throw Refusal(
                .invalid, "what is to be forced are no packages",
                "\(PackagePatternError.remedy); at most 1000, or * for all")
        }
        var asked = try farm.request(targets: request.targets, submittedBy: client.name)
        asked.priority = request.priority
        asked.forced = request.forced
        asked.secondPass = request.secondPass
        asked.isAtomic = isAtomic(request)
        return asked
    }

    /// As it is asked for, or as its farm always does it.
    private func isAtomic(_ request: WireSubmitRequest) -> Bool {
        request.atomic || farms[request.farm]?.settings.isAtomic == true
    }

    /// - Parameter known: has the run, even when that has left memory; such a run has ended.
    private func cancel(_ request: WireCancelRequest, _ client: Client, among known: Scheduler) throws
        -> WireCancelAnswer
    {
        try demandOperator(client, to: "cancel")
        let (id, run) = try self.run(request.run, known)
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

    private func drain(_ request: WireDrainRequest, _ client: Client) throws -> WireDrainAnswer {
        try demandOperator(client, to: request.resume ? "resume workers" : "drain workers")
        let name = WorkerName(rawValue: request.worker)
        try demandWorker(name)
        feed(request.resume ? .resume(name) : .drain(name))
        var answer = WireDrainAnswer()
        answer.worker = name.rawValue
        answer.running = Int32(scheduler.workers().first { $0.name == name }?.running.count ?? 0)
        return answer
    }

    /// One that was not seen yet has a key all the same.
    func demandWorker(_ name: WorkerName) throws {
        let known = scheduler.workers()
        guard known.contains(where: { $0.name == name }) || services.keys.role(of: name.rawValue) == .worker else {
            throw Refusal(
                .notFound, "there is no worker '\(name.rawValue.oneLine(atMost: 64))'",
                known.isEmpty
                    ? "no worker has said hello yet"
                    : "the workers are: \(known.map(\.name.rawValue).joined(separator: ", "))")
        }
    }

    /// The run with this number, the newest for 0.
    /// - Throws: `RunInDatabase` when it ended so long ago that only the database has it.
    func run(_ number: Int64, _ scheduler: Scheduler) throws -> (id: RunID, run: Snapshot.Run) {
        let runs = scheduler.durable.runs
        if let id = number == 0 ? runs.keys.max() : RunID(rawValue: number), let run = runs[id] { return (id, run) }
        if number > 0, number < nextRun.rawValue { throw RunInDatabase() }
        throw Refusal(
            .notFound, number == 0 ? "there is no run yet" : "there is no run \(number)",
            number == 0 ? "submit one: farmctl submit FARM TARGET" : "farmctl status lists the last runs")
    }
}

extension WireClientMessage {
    /// Whether farmctl says this, not a worker.
    var isQuestion: Bool {
        switch body {
        case .submit, .status, .jobs, .plan, .log, .cancel, .why, .drain, .backup, .release, .binhost, .shellOpen, .run,
            .failures, .retry, .events, .history, .workerBuilds, .throughput, .diff, .upload, .image:
            true
        // Workers and people have words in common.
        case .hello, .renew, .finished, .goodbye, .shell, nil: false
        }
    }

    /// Whether the answer says that something will be so from now on.
    fileprivate var isPromise: Bool {
        switch body {
        case .submit, .cancel, .drain, .retry, .image: true
        default: false
        }
    }
}

extension Character {
    /// What atoms (PMS 8.3) and set names are made of. A leading hyphen is kept out by the probe's own `--`.
    fileprivate var isTargetCharacter: Bool {
        isASCII && (isLetter || isNumber || "@/_.+-:=<>~!*[](),?^&|".contains(self))
    }
}
