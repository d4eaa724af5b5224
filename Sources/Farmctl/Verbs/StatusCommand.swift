import ArgumentParser
import Documents

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show farms, runs, workers, and what is building now.")

    @Flag(help: "Show it live: on a terminal with keys to move, to open logs and to act, elsewhere as lines.")
    var watch = false

    @Option(help: ArgumentHelp("Show this run alone; with --watch, end when it has ended.", valueName: "number"))
    var run: Int64?

    @Flag(help: "Watch until the run (the newest, without --run) has ended; fail when it fails.")
    var untilDone = false

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show all failures and Portage's own text.")
    var verbose = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try Arguments.check(run: run)
        if json, watch || untilDone {
            throw ValidationError("--json prints one state: it cannot be combined with --watch or --until-done")
        }
    }

    func run() async throws {
        // A terminal on which nothing can be drawn, or no keyboard, gets lines.
        if watch, !untilDone, run == nil, Terminal.current.isTerminal, let person = PersonTerminal() {
            return try await DashboardSession(connection: connection, person: person) { Terminal.current }.run()
        }
        let succeeded = try await connection.connected { connection in
            guard watch || untilDone else {
                try await show(&connection)
                return true
            }
            return try await follow(&connection)
        }
        if !succeeded { throw ExitCode(ProgramExit.failed.rawValue) }
    }

    private func show(_ connection: inout CoordinatorConnection) async throws {
        let terminal = Terminal.current
        let status: StatusDocument
        if let run {
            guard let found = try await connection.status(of: run) else { throw FarmctlError.noRun(run) }
            status = found
        } else {
            status = try await connection.status()
        }
        if json {
            Output.write(try status.json())
        } else {
            let outlooks = try await connection.details(of: status.runs.filter { !$0.hasEnded })
            let page = StatusPage(
                status: status, outlooks: outlooks, address: PageAddress.of(status.http, endpoint: connection.endpoint),
                isVerbose: verbose)
            Output.print(page.lines(width: terminal.width), terminal)
        }
    }

    /// - Returns: false when the run that was watched to its end did not succeed.
    private func follow(_ connection: inout CoordinatorConnection) async throws -> Bool {
        var watched = run
        if untilDone, watched == nil {
            guard let newest = try await connection.status().runs.first else {
                throw FarmctlError(.notFound, "there is no run to watch", remedy: "`farmctl submit` starts one.")
            }
            watched = newest.run
        }
        var watch = StatusWatch(
            run: watched, endsWithRun: watched != nil, isVerbose: verbose, terminal: { Terminal.current },
            write: { Output.write($0) })
        return try await watch.watch(&connection)?.hasSucceeded ?? true
    }
}
