import ArgumentParser

struct ReleaseTagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Make the state of a farm's binhost that clients see a release.",
        discussion: "Package files are shared, not copied: a release costs little more than its index.")

    @Argument(help: "The farm's name.")
    var farm: String

    @Argument(help: "Of the release: letters, digits, '.', '_' and '-'; not 'live' or 'held'.")
    var name: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws { try Arguments.check(release: name) }

    func run() async throws {
        let release = try await connection.connected { try await $0.tagRelease(name, of: farm) }
        try Output.print(release, asJSON: json, .current)
    }
}
