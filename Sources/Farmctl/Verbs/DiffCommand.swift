import ArgumentParser

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what is not alike in two builds of a package: files, sonames, size, USE flags.",
        discussion: """
            The newest build against the one before it, of the same farm and slot. Differences are no failure: it ends \
            with 0. What changed between two plans is `farmctl plan --diff`, between two releases `farmctl release diff`.
            """)

    @Argument(
        help: "The package: dev-libs/expat, expat when no other has that name, an atom such as '<dev-libs/expat-2.5'.")
    var package: String

    @Option(help: ArgumentHelp("The run that has the newer build; the newest build otherwise.", valueName: "number"))
    var run: Int64?

    @Option(
        help: ArgumentHelp(
            "The run that has the older build, of whatever farm; the build before otherwise.", valueName: "number"))
    var since: Int64?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try Arguments.check(package: package)
        try Arguments.check(run: run)
        try Arguments.check(run: since)
        if let run, run == since { throw ValidationError("--run and --since name the same run") }
    }

    func run() async throws {
        let diff = try await connection.connected {
            try await $0.diff(package: package, run: run ?? 0, since: since ?? 0)
        }
        try Output.print(diff, asJSON: json, .current)
    }
}
