import ArgumentParser

struct ReleaseDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show which packages were added, removed and rebuilt from one state to another.",
        discussion: """
            Each is a release's name, or 'live', the present state, or 'held', the earlier one that clients see because of an \
            atomic run.
            """)

    @Argument(help: "The farm's name.")
    var farm: String

    @Argument(help: "The earlier state.")
    var from: String

    @Argument(help: "The later state.")
    var to: String = Arguments.liveState

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        for name in [from, to] where ![Arguments.liveState, Arguments.heldState].contains(name) {
            try Arguments.check(release: name)
        }
    }

    func run() async throws {
        let difference = try await connection.connected { try await $0.difference(in: farm, from: from, to: to) }
        try Output.print(difference, asJSON: json, .current)
    }
}
