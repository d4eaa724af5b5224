import Documents
import Shared
import SwiftProtobuf

/// What was built in the past, what happens now, and building again what failed.
extension CoordinatorConnection {
    /// - Parameter package: `cat/pkg`, or `pkg` when no other has that name.
    mutating func history(of package: String, limit: Int32) async throws -> HistoryDocument {
        let request = WireHistoryRequest.with {
            $0.package = package
            $0.limit = limit
        }
        guard case .history(let answer) = try await self.request(.history(request)) else {
            throw unexpected("history")
        }
        return HistoryDocument(answer)
    }

    /// More of each run; an older coordinator has nothing to tell.
    mutating func details(of runs: [RunDocument]) async throws -> [RunDetailDocument] {
        var details: [RunDetailDocument] = []
        for run in runs {
            do {
                guard case .run(let answer) = try await request(.run(.with { $0.run = run.run })) else { break }
                details.append(RunDetailDocument(answer))
            } catch let error as FarmctlError where error.status == .usage { break }
        }
        return details
    }

    /// - Parameter run: 0 for the newest.
    /// - Returns: the number of the run that builds them again.
    mutating func retry(run: Int64, packages: [String]) async throws -> Int64 {
        let request = WireRetryRequest.with {
            $0.run = run
            $0.packages = packages
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
