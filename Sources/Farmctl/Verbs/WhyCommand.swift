import ArgumentParser

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Say why a package is built, reused, skipped, or not yet begun.",
        discussion: "`resolve` is the run's resolving.")

    @OptionGroup var selection: PackageSelection

    @Option(help: ArgumentHelp("The run; the newest that has the package otherwise.", valueName: "number"))
    var run: Int64?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws { try Arguments.check(run: run) }

    func run() async throws {
        let why = try await connection.connected {
            try await $0.why(package: selection.name, states: selection.states, run: run ?? 0)
        }
        try Output.print(why, asJSON: json, .current)
    }
}
