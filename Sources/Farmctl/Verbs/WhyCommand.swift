import ArgumentParser

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Say why a package is built, reused, skipped, or not yet begun.",
        discussion: "PACKAGE is dev-libs/expat-2.5.0, dev-libs/expat or expat; `resolve` is the run's resolving.")

    @Argument(help: "The package, or `resolve`.")
    var package: String

    @Option(help: ArgumentHelp("The run; the newest that has the package otherwise.", valueName: "number"))
    var run: Int64?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try Arguments.check(run: run)
        guard !package.isEmpty else { throw ValidationError("the package has no name") }
    }

    func run() async throws {
        let why = try await connection.connected { try await $0.why(package: package, run: run ?? 0) }
        try Output.print(why, asJSON: json, .current)
    }
}
