import ArgumentParser
import SystemPackage

struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Copy a farm's binhost to a directory, another host or an object store.",
        discussion: """
            DESTINATION is a directory, HOST:DIRECTORY or rsync://HOST/MODULE/…, for rsync, or rclone:REMOTE:PATH, for rclone and \
            what it is configured for. Run it on the coordinator's host, where the files are. Packages go before the index, \
            and what was interrupted goes on when it is asked for again.
            """)

    @Argument(help: "The farm's name.")
    var farm: String

    @Argument(help: "Where to.")
    var destination: String

    @Option(help: "This release instead of what clients see now.")
    var release: String?

    @Flag(help: "Then remove packages there that the index does not name: clients may be about to fetch them.")
    var prune = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if let release { try Arguments.check(release: release) }
    }

    func run() async throws {
        let (farm, release, connection) = (farm, release, connection)
        let publication = Publication(farm: farm, destination: try Destination(destination), prunes: prune) {
            FilePath(try await connection.connected { try await $0.directory(of: farm, release: release) })
        }
        try Output.print(try await publication.run(), asJSON: json, .current)
    }
}
