import ArgumentParser
import Documents
import Shared

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Print a line for all that happened of late, or happens from now on.",
        discussion: """
            The coordinator keeps the last events for a while, in memory: without options they are printed. --follow prints \
            what comes. --after goes on behind one whose number is known from --json, also after a pause.
            """)

    @Flag(name: .shortAndLong, help: "Go on until Ctrl-C; otherwise it ends with what is there.")
    var follow = false

    @Option(help: ArgumentHelp("Only what happened behind this one.", valueName: "number"))
    var after: UInt64?

    @Option(help: ArgumentHelp("Only of this run.", valueName: "number"))
    var run: Int64?

    @Flag(help: "Print JSON, one event to a line.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    /// How long it may be silent before the coordinator is asked whether it is still there.
    private static let patience = Duration.seconds(20)
    /// The coordinator keeps so many.
    private static let kept = 16_384

    func validate() throws { try Arguments.check(run: run) }

    func run() async throws {
        try await connection.connected { connection in
            if let run, try await connection.status(of: run) == nil { throw FarmctlError.noRun(run) }
            // The coordinator takes 0 as: from now on.
            let isAll = !follow && after ?? 0 == 0
            var known = isAll ? 1 : after ?? 0
            let terminal = Terminal.current
            var shown = 0
            while true {
                let answer = try await connection.events(after: known, patience: follow ? Self.patience : .seconds(1))
                if let answer {
                    // A coordinator to whom nothing has happened yet has no number to begin with.
                    known = max(1, answer.last)
                    if answer.missed, !isAll { try show(.missed, terminal) }
                    for event in answer.events where run == nil || event.run == run {
                        try show(EventDocument(event), terminal)
                    }
                }
                shown += answer?.events.count ?? 0
                // What has happened since it began to ask may go on for ever.
                if !follow, answer?.events.isEmpty ?? true || shown >= Self.kept { return }
            }
        }
    }

    private func show(_ event: EventDocument, _ terminal: Terminal) throws {
        if json { Output.write(try event.documentText() + "\n") } else { Output.print([event.line], terminal) }
    }
}

extension EventDocument {
    /// `19:55:56 run 12  dev-libs/expat-2.5.0 published`
    var line: Line {
        let clock = at.map { String($0.dropFirst(11).prefix(8)) } ?? "        "
        let place = run.map { "run \($0)  " } ?? ""
        return "\(clock, .faint) \(place, .faint)\(text, tone)"
    }

    private var tone: Tone {
        switch kind {
        case "job-ended": JobDocument.tone(of: state ?? "")
        case "run-ended": state == RunState.succeeded.rawValue ? .good : .bad
        case "attempt-ended", "worker-lost", "worker-changed", "missed": .warning
        default: .plain
        }
    }
}
