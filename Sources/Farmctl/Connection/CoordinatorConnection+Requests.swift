import Documents
import Shared

extension CoordinatorConnection {
    /// Jobs or nodes asked for at once: the most that the coordinator gives.
    static var pageSize: Int32 { 1000 }
    /// The most runs that are looked through for one.
    private static var mostRuns: Int32 { 1000 }

    /// The number of the run.
    mutating func submit(_ request: WireSubmitRequest) async throws -> Int64 {
        do {
            guard case .submit(let answer) = try await self.request(.submit(request)) else {
                throw unexpected("submit")
            }
            guard answer.atomic || !request.atomic else {
                throw FarmctlError(
                    .failed, "run \(answer.run) is submitted, but the coordinator does not know atomic runs",
                    remedy: "Clients see what it builds as it comes: farmctl cancel \(answer.run) ends it.")
            }
            return answer.run
        } catch let error as FarmctlError where error.status == .unreachable {
            throw error.adding("It may have arrived all the same: look at `farmctl status` before submitting again.")
        }
    }

    /// - Parameter recentRuns: 0 for as many as the coordinator thinks fit.
    mutating func status(recentRuns: Int32 = 0) async throws -> StatusDocument {
        try await statusWithTime(recentRuns: recentRuns).status
    }

    /// - Returns: the coordinator's time, too, in milliseconds since 1970.
    mutating func statusWithTime(recentRuns: Int32 = 0) async throws -> (status: StatusDocument, now: Int64) {
        var request = WireStatusRequest()
        request.recentRuns = recentRuns
        guard case .status(let answer) = try await self.request(.status(request)) else { throw unexpected("status") }
        return (StatusDocument(answer), answer.nowMs)
    }

    /// The status with this run alone, however long ago it was; nil when the coordinator does not have it.
    ///
    /// - Parameter recentRuns: how many runs to look through at first; afterwards how many it took.
    mutating func status(of run: Int64, recentRuns: inout Int32) async throws -> StatusDocument? {
        while true {
            let status = try await self.status(recentRuns: recentRuns).limited(to: run)
            if !status.runs.isEmpty { return status }
            guard recentRuns < Self.mostRuns else { return nil }
            recentRuns = Self.mostRuns
        }
    }

    mutating func status(of run: Int64) async throws -> StatusDocument? {
        var recentRuns: Int32 = 0
        return try await status(of: run, recentRuns: &recentRuns)
    }

    /// - Parameters:
    ///   - run: 0 for the newest.
    ///   - packages: empty for all.
    ///   - states: empty for all.
    mutating func jobs(
        run: Int64, _ packages: [String] = [], _ states: [WireJobState] = []
    ) async throws -> JobsDocument {
        var request = WireJobsRequest()
        request.run = run
        request.packages = packages
        request.states = states
        request.limit = Self.pageSize
        var jobs: [JobDocument] = []
        while true {
            request.offset = Int32(jobs.count)
            guard case .jobs(let answer) = try await self.request(.jobs(request)) else { throw unexpected("jobs") }
            // The newest run may change between two pages.
            request.run = answer.run
            // By the coordinator's clock, as the times of the jobs are.
            let now = answer.nowMs.unlessZero ?? Clock.now()
            jobs += answer.jobs.map { JobDocument($0, now: now) }
            if answer.jobs.isEmpty || jobs.count >= Int(answer.total) {
                return JobsDocument(run: answer.run, total: jobs.count, jobs: jobs)
            }
        }
    }

    /// - Parameter run: 0 for the newest.
    mutating func plan(run: Int64) async throws -> PlanView {
        var request = WirePlanRequest()
        request.run = run
        request.limit = Self.pageSize
        var nodes: [PlanView.Node] = []
        while true {
            request.offset = Int32(nodes.count)
            guard case .plan(let answer) = try await self.request(.plan(request)) else { throw unexpected("plan") }
            request.run = answer.run
            nodes += answer.nodes.map(PlanView.Node.init)
            if answer.nodes.isEmpty || nodes.count >= Int(answer.total) {
                return PlanView(run: answer.run, farm: answer.farm.unlessEmpty, jobs: nodes)
            }
        }
    }

    /// - Parameters:
    ///   - package: empty for any in these states.
    ///   - states: empty for all.
    ///   - run: 0 for the newest that has the package.
    mutating func why(
        package: String, states: [WireJobState] = [], run: Int64
    ) async throws -> WhyDocument {
        var request = WireWhyRequest()
        request.run = run
        request.package = package
        request.states = states
        guard case .why(let answer) = try await self.request(.why(request)) else { throw unexpected("why") }
        return WhyDocument(answer, now: answer.nowMs.unlessZero ?? Clock.now())
    }

    mutating func log(_ request: WireLogRequest, within time: Duration? = nil) async throws -> WireLogAnswer {
        guard case .log(let answer) = try await self.request(.log(request), within: time) else {
            throw unexpected("log")
        }
        return answer
    }

    /// Jobs that were cancelled.
    mutating func cancel(run: Int64) async throws -> Int32 {
        var request = WireCancelRequest()
        request.run = run
        guard case .cancel(let answer) = try await self.request(.cancel(request)) else { throw unexpected("cancel") }
        return answer.cancelled
    }

    /// Jobs that the worker still builds.
    mutating func drain(worker: String, resume: Bool) async throws -> Int32 {
        var request = WireDrainRequest()
        request.worker = worker
        request.resume = resume
        guard case .drain(let answer) = try await self.request(.drain(request)) else {
            throw unexpected(resume ? "resume" : "drain")
        }
        return answer.running
    }

    mutating func backup() async throws -> BackupView {
        do {
            guard case .backup(let answer) = try await self.request(.backup(WireBackupRequest())) else {
                throw unexpected("backup")
            }
            return BackupView(path: answer.path, bytes: answer.size)
        } catch let error as FarmctlError where error.status == .unreachable {
            throw error.adding("A large database takes longer: it may be copied all the same; --timeout waits longer.")
        }
    }

    func unexpected(_ request: String) -> FarmctlError {
        FarmctlError(
            .failed, "the coordinator at \(endpoint) answered something else to \(request)",
            remedy: "farmctl and the coordinator are of versions that do not fit: update the older one.")
    }
}
