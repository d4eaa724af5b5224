import ArgumentParser

struct BinhostVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read all published files against the index, and their signatures.",
        discussion: """
            Fails when something is found. It takes as long as reading them takes; Ctrl-C leaves it going on, and asking again \
            shows how far it is.
            """)

    @Argument(help: "The farm's name.")
    var farm: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let verification = try await connection.connected { try await $0.verify(farm, repairs: false) }
        try Output.print(verification, asJSON: json, .current)
        if !verification.isClean { throw ExitCode(ProgramExit.failed.rawValue) }
    }
}
