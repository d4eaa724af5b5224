import ArgumentParser

struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Build again what failed in a run, in a new run.",
        discussion: """
            Without PACKAGE the new run has the targets of the old one: what succeeded is published and not built again. \
            With PACKAGE it has these, which must have failed, been skipped or been cancelled.
            """)

    @Argument(help: "Packages that failed; otherwise all.")
    var package: [String] = []

    @Option(help: ArgumentHelp("The run; the newest otherwise.", valueName: "number"))
    var run: Int64?

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try Arguments.check(run: run)
        guard package.allSatisfy({ !$0.isEmpty }) else { throw ValidationError("a package has no name") }
    }

    func run() async throws {
        let number = try await connection.connected { try await $0.retry(run: run ?? 0, packages: package) }
        Output.write("run \(number)\n")
    }
}
