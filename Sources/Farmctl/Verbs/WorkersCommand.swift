import ArgumentParser
import Documents

struct WorkersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "workers", abstract: "List the workers.")

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let status = try await connection.connected { try await $0.status() }
        try Output.print(WorkersDocument(workers: status.workers), asJSON: json, .current)
    }
}
