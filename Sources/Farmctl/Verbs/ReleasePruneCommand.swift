import ArgumentParser

struct ReleasePruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove all releases of a farm but the newest.",
        discussion: "Clients that still install from one of them meet missing files.")

    @Argument(help: "The farm's name.")
    var farm: String

    @Option(help: ArgumentHelp("Releases that stay.", valueName: "number"))
    var keep: Int32 = 10

    @Flag(help: "Only tell what would go, and how much room that would make.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard keep >= 0 else { throw ValidationError("--keep is 0 or more") }
    }

    func run() async throws {
        let pruned = try await connection.connected { try await $0.pruneReleases(of: farm, keep: keep, dryRun: dryRun) }
        try Output.print(pruned, asJSON: json, .current)
    }
}
