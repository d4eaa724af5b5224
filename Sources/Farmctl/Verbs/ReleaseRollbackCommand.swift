import ArgumentParser

struct ReleaseRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Make a release the present state of its farm's binhost again.",
        discussion: """
            Not while runs of the farm are open. The state that was there before is gone unless it is a release too: tag it \
            first. Prints what changed for clients.
            """)

    @Argument(help: "The farm's name.")
    var farm: String

    @Argument(help: "The release's name.")
    var name: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws { try Arguments.check(release: name) }

    func run() async throws {
        let difference = try await connection.connected { try await $0.rollBack(farm, to: name) }
        try Output.print(difference, asJSON: json, .current)
    }
}
