import ArgumentParser
import Core
import Glibc
import Shared

/// The command line of a farm.
@main
struct Farmctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "farmctl",
        abstract: "Submit runs to a build farm and see what it does.",
        discussion: """
            Reads --config FILE, else $BINFARM_CONFIG, else ~/.config/binfarm/farmctl.yaml, else /etc/binfarm/farmctl.yaml.
            Ends with 0 when all is well, 1 when what was waited for failed, 2 for a wrong command line or configuration, \
            3 when the coordinator does not answer, 4 when the key may not do that, 5 when something is not found, 6 when \
            the coordinator cannot do it now.
            A program `farmctl-foo` on PATH is the verb `foo`.
            """,
        version: BinfarmVersion.text,
        subcommands: [
            SubmitCommand.self, StatusCommand.self, JobsCommand.self, LogCommand.self, ReportCommand.self,
            HistoryCommand.self, DiffCommand.self, ShellCommand.self, WorkersCommand.self, PlanCommand.self,
            GraphCommand.self, WhyCommand.self,
            EventsCommand.self, RetryCommand.self, CancelCommand.self, DrainCommand.self, ResumeCommand.self,
            ReleaseCommand.self, BinhostCommand.self, PublishCommand.self, ServeCommand.self, BackupCommand.self,
            GarbageCommand.self, SimulateCommand.self,
            DoctorCommand.self, FarmCommand.self, ImportCommand.self, ImageCommand.self,
            KeyCommand.self, SetupCommand.self,
        ])

    static func main() async {
        Glibc.exit(await execute(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    /// Runs the program with these arguments.
    static func execute(_ arguments: [String]) async -> ProgramExit {
        do {
            if let verb = ExternalVerb(arguments, own: ownVerbs, path: Environment.current["PATH"]) { throw verb.run() }
            try demandVerb(arguments)
            try await Interrupts.cancelling {
                var command = try parseAsRoot(arguments)
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
            }
            return .ok
        } catch {
            let (status, text) = ending(error)
            if !text.isEmpty { Output.write(text, to: status == .ok ? STDOUT_FILENO : STDERR_FILENO) }
            return status
        }
    }

    /// The first word is a verb, or asks for help.
    static func demandVerb(_ arguments: [String]) throws(FarmctlError) {
        guard let first = arguments.first, !ownVerbs.contains(first) else { return }
        guard first.hasPrefix("-") else {
            let near = ownVerbs.compactMap { verb in
                EditDistance.between(Array(first.utf8), Array(verb.utf8), atMost: 2).map { (distance: $0, verb) }
            }.min { $0 < $1 }
            throw FarmctlError(
                .usage, "there is no verb '\(first)'",
                remedy: near.map { "did you mean farmctl \($0.1)?" } ?? "farmctl --help lists the verbs.")
        }
        // What follows is one of a verb's own options.
        let isGeneral =
            ["-h", "--help", "--version"].contains(first) || first.contains("-generate-") || first.contains("-dump-")
        guard isGeneral || !arguments.contains(where: ownVerbs.contains) else {
            throw FarmctlError(
                .usage, "'\(first)' stands before the verb", remedy: "options go behind it: farmctl status \(first) …")
        }
    }

    private static var ownVerbs: Set<String> {
        Set(configuration.subcommands.flatMap { [$0._commandName] + $0.configuration.aliases } + ["help"])
    }

    /// How the program ends for an error, and what it says.
    static func ending(_ error: any Error) -> (status: ProgramExit, text: String) {
        switch error {
        case let error as FarmctlError:
            return (error.status, error.lines.map { $0.text + "\n" }.joined())
        case is CancellationError: return (.interrupted, "")
        case let code as ExitCode: return (ProgramExit(rawValue: code.rawValue) ?? .failed, "")
        default: break
        }
        let code = exitCode(for: error)
        // Help, and the completion script, end the program without a fault.
        if code == .success { return (.ok, fullMessage(for: error) + "\n") }
        if code == .validationFailure { return (.usage, fullMessage(for: error) + "\n") }
        return (.failed, Line("farmctl: \(error)").text + "\n")
    }
}
