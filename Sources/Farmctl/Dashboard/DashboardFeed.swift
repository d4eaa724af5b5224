import Documents
import Shared

/// What comes to the dashboard from the coordinator. Each question has a connection of its own, as one that waits for a log
/// must not keep the others waiting.
struct DashboardFeed: Sendable {
    enum Event: Sendable {
        case keys([Key])
        case resized
        case news(Dashboard.News)
        case silence(FarmctlError)
        /// Of the log that was opened as the so many-th.
        case logBegins(String, opened: Int)
        case log(String, opened: Int)
        /// An action came to an end.
        case done(Line)
        /// It cannot go on.
        case failed(any Error)
        /// What came meanwhile is to be shown.
        case draw
    }

    let connection: ConnectionOptions
    let events: AsyncStream<Event>.Continuation

    private static let interval = Duration.seconds(1)
    /// All jobs of a large run are many.
    private static let intervalOfAll = Duration.seconds(3)

    /// Asks how things are until it is cancelled.
    /// - Parameter all: all jobs of the run, not only those that build or failed.
    func news(all: Bool) async {
        while !Task.isCancelled {
            do {
                try await connection.connected { connection in
                    while true {
                        events.yield(.news(try await Self.news(all: all, &connection)))
                        try await Task.sleep(for: all ? Self.intervalOfAll : Self.interval)
                    }
                }
            } catch let error as FarmctlError where error.status == .unreachable {
                events.yield(.silence(error))
                try? await Task.sleep(for: Self.interval)
            } catch let error as FarmctlError where [.unavailable, .notFound].contains(error.status) {
                events.yield(.done(Line(error.message, .bad)))
                try? await Task.sleep(for: Self.interval)
            } catch {
                if !(error is CancellationError) { events.yield(.failed(error)) }
                return
            }
        }
    }

    private static func news(
        all: Bool, _ connection: inout CoordinatorConnection
    ) async throws -> Dashboard.News {
        let status = try await connection.status()
        let open = status.runs.filter { !$0.hasEnded }
        let outlooks = try await connection.details(of: Array(open.prefix(3)))
        guard let run = open.first ?? status.runs.first else {
            return Dashboard.News(status: status, outlooks: [], run: nil, jobs: [])
        }
        let states: [JobState] = all ? [] : [.leased, .publishing, .failed]
        let jobs = try await connection.jobs(run: run.run, [], states.map(\.wire)).jobs
        return Dashboard.News(status: status, outlooks: outlooks, run: run.run, jobs: jobs)
    }

    /// Reads a log until it ends or the task is cancelled; a coordinator that is away is waited for.
    func log(of cpv: String, run: Int64, opened: Int) async {
        var reader = LogReader(package: cpv, run: run, follows: true)
        var text = LogText(keepsColours: false)
        while !Task.isCancelled {
            do {
                try await connection.connected { connection in
                    while try await take(&reader, &text, opened, &connection) {}
                }
                return
            } catch let error as FarmctlError where error.status == .unreachable {
                try? await Task.sleep(for: Self.interval)
            } catch {
                if !(error is CancellationError) { events.yield(.done(Line("the log of \(cpv): \(error)", .bad))) }
                return
            }
        }
    }

    /// - Returns: whether there may be more.
    private func take(
        _ reader: inout LogReader, _ text: inout LogText, _ opened: Int, _ connection: inout CoordinatorConnection
    ) async throws -> Bool {
        for event in try await reader.next(&connection) {
            switch event {
            case .text(let bytes): events.yield(.log(text.take(bytes), opened: opened))
            case .newAttempt(let cpv): events.yield(.logBegins(cpv, opened: opened))
            case .end:
                events.yield(.log(text.finish(), opened: opened))
                return false
            }
        }
        return true
    }

    func drain(_ worker: String, resume: Bool) async {
        await act { connection in
            let running = try await connection.drain(worker: worker, resume: resume)
            return resume
                ? Line("\(worker) is given builds again", .good)
                : Line("\(worker) is drained; it still has \(running) to finish", .good)
        }
    }

    func retry(_ cpv: String, run: Int64) async {
        await act { connection in
            let number = try await connection.retry(run: run, packages: [cpv])
            return Line("run \(number) builds \(cpv) again", .good)
        }
    }

    private func act(_ body: (inout CoordinatorConnection) async throws -> Line) async {
        do {
            events.yield(.done(try await connection.connected(body)))
        } catch let error as FarmctlError {
            events.yield(.done(Line("\(error.message) \(error.remedy.map { "(\($0))" } ?? "")", .bad)))
        } catch {
            events.yield(.done(Line("\(error)", .bad)))
        }
    }
}
