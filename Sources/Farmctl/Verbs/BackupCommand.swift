import ArgumentParser

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the coordinator's database while it is in use.",
        discussion: """
            The copy is made on the coordinator's host; its path is printed. A large database takes longer than the usual \
            --timeout: the copy is made all the same.
            """)

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let backup = try await connection.connected { try await $0.backup() }
        try Output.print(backup, asJSON: json, .current)
    }
}
