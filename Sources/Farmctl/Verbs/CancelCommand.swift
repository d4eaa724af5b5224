import ArgumentParser

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a run: builds under way are stopped, what is published stays.")

    @Argument(help: "Number of the run.")
    var run: Int64

    @OptionGroup var connection: ConnectionOptions

    func validate() throws { try Arguments.check(run: run) }

    func run() async throws {
        let cancelled = try await connection.connected { try await $0.cancel(run: run) }
        Output.write("run \(run) is cancelled, and \(cancelled) jobs with it\n")
    }
}
