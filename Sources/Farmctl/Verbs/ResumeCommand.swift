import ArgumentParser

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a worker build again that was drained or set aside.")

    @Argument(help: "The worker's name.")
    var worker: String

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        _ = try await connection.connected { try await $0.drain(worker: worker, resume: true) }
        Output.print(["\(worker) gets jobs to build again"], .current)
    }
}
