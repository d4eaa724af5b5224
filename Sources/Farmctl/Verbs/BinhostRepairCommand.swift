import ArgumentParser

struct BinhostRepairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair", abstract: "Drop what is gone or damaged from the index.",
        discussion: """
            Reads all files as `verify` does. What is dropped is built again when a run wants it. Fails when something is left \
            that it does not mend, such as a package that is not signed.
            """)

    @Argument(help: "The farm's name.")
    var farm: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let verification = try await connection.connected { try await $0.verify(farm, repairs: true) }
        try Output.print(verification, asJSON: json, .current)
        if !verification.isMended { throw ExitCode(ProgramExit.failed.rawValue) }
    }
}
