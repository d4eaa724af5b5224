import ArgumentParser

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show how a package's builds went, in all runs.",
        discussion:
            "PACKAGE is dev-libs/expat, or expat when no other package has that name; a version is not looked at.")

    @Argument(help: "The package.")
    var package: String

    @Option(help: ArgumentHelp("So many builds, the newest.", valueName: "number"))
    var limit: Int32 = 20

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !package.isEmpty else { throw ValidationError("the package has no name") }
        guard (1...200).contains(limit) else { throw ValidationError("--limit is from 1 to 200") }
    }

    func run() async throws {
        let history = try await connection.connected { try await $0.history(of: package, limit: limit) }
        try Output.print(history, asJSON: json, .current)
    }
}
