import ArgumentParser
import Shared
import Stack
import SystemPackage

struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Copy a farm's binhost to a directory, another host or an object store.",
        discussion: """
            DESTINATION is a directory, HOST:DIRECTORY or rsync://HOST/MODULE/…, for rsync, or rclone:REMOTE:PATH, for rclone and \
            what it is configured for; without it, what the farm file says as `publish`. Run it on the coordinator's host, where the files are. Packages go before the index, \
            and what was interrupted goes on when it is asked for again.
            """)

    @Argument(help: "The farm's name.")
    var farm: String

    @Argument(help: "Where to.")
    var destination: String?

    @Option(
        help: ArgumentHelp("The farm file that says where to.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var file = "farm.yaml"

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
        let publication = Publication(farm: farm, destination: try Destination(try place()), prunes: prune) {
            FilePath(try await connection.connected { try await $0.directory(of: farm, release: release) })
        }
        try Output.print(try await publication.run(), asJSON: json, .current)
    }

    private func place() throws -> String {
        if let destination { return destination }
        guard FileStatus.exists(FilePath(file)), let publish = try FarmFileOptions.read(file).publish else {
            throw FarmctlError(
                .usage, "nothing says where to",
                remedy: "name a destination, or write `publish: DESTINATION` in the farm file")
        }
        return publish.value
    }
}
