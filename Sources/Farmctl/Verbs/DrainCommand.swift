import ArgumentParser

struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Give a worker nothing more to build; what it builds goes on.",
        discussion: "It stays so, over restarts too, until `farmctl resume`.")

    @Argument(help: "The worker's name.")
    var worker: String

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let running = try await connection.connected { try await $0.drain(worker: worker, resume: false) }
        let rest =
            running == 0 ? "it builds nothing" : "it still finishes \(running == 1 ? "1 job" : "\(running) jobs")"
        Output.print(["\(worker) is drained: it gets nothing more to build, and \(rest)"], .current)
    }
}
