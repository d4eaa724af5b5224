import ArgumentParser
import Shared

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show how a package's builds went, in all runs.",
        discussion: "Of an atom with a version, a slot or flags only such builds.")

    @Argument(
        help: "The package: dev-libs/expat, expat when no other has that name, an atom such as '<dev-libs/expat-2.5'.")
    var package: String

    @Option(help: "Only builds that ended in this state; may be given more than once.")
    var state: [JobState] = []

    @Option(help: ArgumentHelp("So many builds, the newest.", valueName: "number"))
    var limit: Int32 = 20

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try Arguments.check(package: package)
        guard (1...200).contains(limit) else { throw ValidationError("--limit is from 1 to 200") }
    }

    func run() async throws {
        let history = try await connection.connected {
            try await $0.history(of: package, states: state.map(\.wire), limit: limit)
        }
        try Output.print(history, asJSON: json, .current)
    }
}
