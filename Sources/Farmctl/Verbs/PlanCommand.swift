import ArgumentParser

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a run builds, what each job waits for, and why.")

    @Option(help: ArgumentHelp("The run; the newest otherwise.", valueName: "number"))
    var run: Int64?

    @Flag(help: "Print the graph for Graphviz's dot.")
    var dot = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try Arguments.check(run: run)
        if dot, json { throw ValidationError("--dot and --json are two forms: choose one") }
    }

    func run() async throws {
        let plan = try await connection.connected { try await $0.plan(run: run ?? 0) }
        if dot { Output.write(plan.dot()) } else { try Output.print(plan, asJSON: json, .current) }
    }
}
