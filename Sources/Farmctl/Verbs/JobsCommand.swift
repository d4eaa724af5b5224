import ArgumentParser
import Shared

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "List the jobs of a run.")

    @Option(help: ArgumentHelp("The run; the newest otherwise.", valueName: "number"))
    var run: Int64?

    @OptionGroup var selection: PackagesSelection

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws { try Arguments.check(run: run) }

    func run() async throws {
        let jobs = try await connection.connected {
            try await $0.jobs(run: run ?? 0, selection.packages, selection.states)
        }
        try Output.print(jobs, asJSON: json, .current)
    }
}
