import ArgumentParser

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a run builds, what each job waits for, and why.")

    @Argument(help: ArgumentHelp("The run; the newest otherwise.", valueName: "run"))
    var number: Int64?

    @Option(help: ArgumentHelp("The run; the same as naming it without the option.", valueName: "number"))
    var run: Int64?

    @Option(help: ArgumentHelp("Show what changed since this run.", valueName: "earlier-run"))
    var diff: Int64?

    @Flag(help: "Print the graph for Graphviz's dot.")
    var dot = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try Arguments.check(run: number)
        try Arguments.check(run: run)
        try Arguments.check(run: diff)
        if let number, let run, number != run { throw ValidationError("\(number) and --run \(run): name one run") }
        if dot, json { throw ValidationError("--dot and --json are two forms: choose one") }
        if dot, diff != nil { throw ValidationError("--dot draws one plan: it cannot be combined with --diff") }
    }

    func run() async throws {
        guard let diff else {
            let plan = try await connection.connected { try await $0.plan(run: chosen) }
            return try show(plan)
        }
        let (new, old) = try await connection.connected { connection in
            let new = try await connection.plan(run: chosen)
            guard new.run != diff else {
                throw FarmctlError(
                    .usage, "run \(diff) is \(number ?? run == nil ? "the newest run" : "that run") itself",
                    remedy: "Name an earlier one: farmctl status lists the last runs.")
            }
            return (new, try await connection.plan(run: diff))
        }
        try Output.print(PlanDiff(new, since: old), asJSON: json, .current)
    }

    private var chosen: Int64 { number ?? run ?? 0 }

    private func show(_ plan: PlanView) throws {
        if dot { Output.write(GraphDrawing(plan: plan).dot()) } else { try Output.print(plan, asJSON: json, .current) }
    }
}
