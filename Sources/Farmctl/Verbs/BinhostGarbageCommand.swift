import ArgumentParser

struct BinhostGarbageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Remove files that no index names, and builds that a newer one has replaced.",
        discussion: """
            Only tells what would go, unless --yes is given. What a release has and what open runs count on stays. A client in \
            the middle of an install may miss what goes.
            """)

    @Argument(help: "The farm's name.")
    var farm: String

    @Flag(help: "Remove it.")
    var yes = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let garbage = try await connection.connected { try await $0.collectGarbage(of: farm, removes: yes) }
        try Output.print(garbage, asJSON: json, .current)
    }
}
