import ArgumentParser

struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Build again what failed in a run, in a new run.",
        discussion: """
            Without packages the new run has the targets of the old one: what succeeded is published and not built again. \
            With packages it has these, which must have failed, been skipped or been cancelled.
            """)

    @OptionGroup var selection: PackagesSelection

    @Option(help: ArgumentHelp("The run; the newest otherwise.", valueName: "number"))
    var run: Int64?

    @OptionGroup var connection: ConnectionOptions

    func validate() throws { try Arguments.check(run: run) }

    func run() async throws {
        let number = try await connection.connected {
            try await $0.retry(run: run ?? 0, packages: selection.packages, selection.states)
        }
        Output.write("run \(number)\n")
    }
}
