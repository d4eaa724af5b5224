import Documents
import Glibc
import Shared

/// Asks for the status again and again and shows it: redrawn in place on a terminal, as lines where something changed
/// elsewhere. Rides out a coordinator that is started again.
struct StatusWatch {
    /// The only run shown; nil for all recent ones.
    let run: Int64?
    /// Whether the watching ends when the run does.
    let endsWithRun: Bool
    let isVerbose: Bool
    let terminal: @Sendable () -> Terminal
    let write: @Sendable (String) -> Void
    /// The protocol has no subscription: between two questions.
    var interval = Duration.seconds(1)
    /// How long a coordinator may be away after it was seen.
    var patience = Duration.seconds(600)

    private var recentRuns: Int32 = 0
    private var screen = Screen()
    private var progress = ProgressLines()

    init(
        run: Int64?, endsWithRun: Bool, isVerbose: Bool, terminal: @escaping @Sendable () -> Terminal,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.run = run
        self.endsWithRun = endsWithRun
        self.isVerbose = isVerbose
        self.terminal = terminal
        self.write = write
    }

    /// - Returns: the run, when it was its end that ended the watching.
    mutating func watch(_ connection: inout CoordinatorConnection) async throws -> RunDocument? {
        defer { write(screen.close()) }
        var lastSeen: ContinuousClock.Instant?
        var last: StatusDocument?
        while true {
            do {
                let status = try await status(&connection)
                lastSeen = .now
                last = status
                if endsWithRun, let run = status.runs.first, run.hasEnded {
                    showLast(status)
                    return run
                }
                show(status, away: nil)
            } catch let error as FarmctlError where error.status == .unreachable {
                guard let seen = lastSeen, let last, .now - seen < patience else { throw error }
                show(last, away: .now - seen)
            }
            try await Task.sleep(for: interval)
        }
    }

    private mutating func status(_ connection: inout CoordinatorConnection) async throws -> StatusDocument {
        guard let run else { return try await connection.status() }
        guard let status = try await connection.status(of: run, recentRuns: &recentRuns) else {
            throw FarmctlError.noRun(run)
        }
        return status
    }

    private mutating func show(_ status: StatusDocument, away: Duration?) {
        let terminal = terminal()
        guard terminal.isTerminal else {
            let lines = away == nil ? progress.lines(for: status) : []
            if !lines.isEmpty { write(text(lines, terminal)) }
            return
        }
        var heading: Line = "\(Quantity.localTime(milliseconds: Clock.now()), .faint)"
        if let away {
            let time = Quantity.duration(milliseconds: away.milliseconds)
            heading.append("  the coordinator has been silent for \(time)", .warning)
        } else {
            heading.append("  Ctrl-C ends the watching, not the run", .faint)
        }
        let page = StatusPage(status: status, isVerbose: isVerbose).lines(width: terminal.width)
        write(screen.picture([heading, .empty] + page, terminal))
    }

    private mutating func showLast(_ status: StatusDocument) {
        let terminal = terminal()
        let page = StatusPage(status: status, isVerbose: isVerbose)
        if terminal.isTerminal {
            write(screen.last(page.lines(width: terminal.width), terminal))
        } else {
            write(text(progress.lines(for: status) + page.resolving, terminal))
        }
    }

    private func text(_ lines: [Line], _ terminal: Terminal) -> String {
        lines.map { $0.rendered(terminal.palette) + "\n" }.joined()
    }
}

extension FarmctlError {
    static func noRun(_ run: Int64) -> FarmctlError {
        FarmctlError(
            .notFound, "run \(run) is not among those that the coordinator reports on",
            remedy: "`farmctl status` shows the newest; of older ones `farmctl jobs --run \(run)` may still tell.")
    }
}
