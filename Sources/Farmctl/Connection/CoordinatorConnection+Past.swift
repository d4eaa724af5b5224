import Documents
import Shared
import SwiftProtobuf

/// What was built in the past, what happens now, and building again what failed.
extension CoordinatorConnection {
    /// - Parameter states: empty for all.
    mutating func history(
        of package: String, states: [WireJobState] = [], limit: Int32
    ) async throws -> HistoryDocument {
        let request = WireHistoryRequest.with {
            $0.package = package
            $0.states = states
            $0.limit = limit
        }
        guard case .history(let answer) = try await self.request(.history(request)) else {
            throw unexpected("history")
        }
        return HistoryDocument(answer)
    }

    /// More of one run.
    mutating func detail(of run: Int64) async throws -> RunDetailDocument {
        guard case .run(let answer) = try await request(.run(.with { $0.run = run })) else { throw unexpected("run") }
        return RunDetailDocument(answer)
    }

    /// More of each run; an older coordinator has nothing to tell.
    mutating func details(of runs: [RunDocument]) async throws -> [RunDetailDocument] {
        var details: [RunDetailDocument] = []
        for run in runs {
            do {
                details.append(try await detail(of: run.run))
            } catch let error as FarmctlError where error.status == .usage { break }
        }
        return details
    }

    /// Two builds of a package beside each other.
    /// - Parameters:
    ///   - run: that has the newer one; 0 for the newest build.
    ///   - since: the run that has the older one; 0 for the one before it.
    mutating func diff(package: String, run: Int64, since: Int64) async throws -> DiffDocument {
        let request = WireDiffRequest.with {
            $0.package = package
            $0.run = run
            $0.since = since
        }
        guard case .diff(let answer) = try await self.request(.diff(request)) else { throw unexpected("diff") }
        return DiffDocument(answer)
    }

    /// - Parameters:
    ///   - run: 0 for the newest.
    ///   - packages: all that failed, when neither these nor states are named.
    /// - Returns: the number of the run that builds them again.
    mutating func retry(
        run: Int64, packages: [String], _ states: [WireJobState] = []
    ) async throws -> Int64 {
        let request = WireRetryRequest.with {
            $0.run = run
            $0.packages = packages
            $0.states = states
        }
        do {
            guard case .submit(let answer) = try await self.request(.retry(request)) else { throw unexpected("retry") }
            return answer.run
        } catch let error as FarmctlError where error.status == .unreachable {
            throw error.adding("It may have arrived all the same: look at `farmctl status` before retrying again.")
        }
    }

    /// What happened behind an event.
    /// - Parameters:
    ///   - after: 0 for what happens from now on.
    ///   - patience: how long to wait for more.
    /// - Returns: nil when nothing has happened in that time.
    mutating func events(after: UInt64, patience: Duration) async throws -> WireEventsAnswer? {
        var request = WireEventsRequest()
        request.after = after
        request.follow = after > 0
        do {
            return try await events(request, within: patience)
        } catch let error as FarmctlError where error.status == .unreachable {
            // Nothing has happened, or nobody is there: a question that is answered at once tells.
            request.follow = false
            let answer = try await events(request, within: nil)
            return answer.events.isEmpty ? nil : answer
        }
    }

    private mutating func events(
        _ request: WireEventsRequest, within time: Duration?
    ) async throws -> WireEventsAnswer {
        guard case .events(let answer) = try await self.request(.events(request), within: time) else {
            throw unexpected("events")
        }
        return answer
    }
}
