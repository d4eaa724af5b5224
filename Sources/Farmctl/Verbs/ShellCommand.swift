import ArgumentParser
import Glibc
import Shared

struct ShellCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell", abstract: "Open a shell on a worker, where a package was built.",
        discussion: """
            After a failed build the shell has what it left in its work directory, otherwise a fresh root with the packages that it is built with. For operators.
            """)

    @OptionGroup var selection: PackageSelection

    @Option(help: ArgumentHelp("The run; the newest in which it was built otherwise.", valueName: "number"))
    var run: Int64?

    @Flag(help: "A fresh root, whatever a failed build has left.")
    var fresh = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws { try Arguments.check(run: run) }

    func run() async throws {
        guard let terminal = PersonTerminal() else {
            throw FarmctlError(.usage, "farmctl shell needs a terminal", remedy: "Its input and output are none.")
        }
        var open = WireShellOpen()
        open.package = selection.name
        open.states = selection.states
        open.run = run ?? 0
        open.fresh = fresh
        open.terminal = Environment.current["TERM"].flatMap { $0.isTerminalName ? $0 : nil } ?? "dumb"
        if let size = terminal.size { open.size = size.wire }
        let request = open
        let reason = try await connection.connected { connection in
            let silence = connection.silence(ShellWindow.patience, "nothing more came")
            // Until there is an answer Ctrl-C is farmctl's.
            let (channel, answer) = try await connection.begin(.shellOpen(request))
            guard case .shell(let first) = answer else { throw connection.unexpected("shell") }
            let conversation = ShellConversation(channel, terminal, silence: silence)
            return try await terminal.raw { try await conversation.run(from: first) }
        }
        if !reason.isEmpty { throw FarmctlError(.failed, reason) }
    }
}
