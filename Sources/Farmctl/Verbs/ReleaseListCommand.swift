import ArgumentParser

struct ReleaseListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the releases of a farm, or of all, the newest first.")

    @Argument(help: "The farm's name.")
    var farm: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let releases = try await connection.connected { try await $0.releases(of: farm ?? "") }
        try Output.print(releases, asJSON: json, .current)
    }
}
