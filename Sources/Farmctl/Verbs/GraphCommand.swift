import ArgumentParser
import Documents
import Shared
import SystemPackage

struct GraphCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case dot, svg }

    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draw what a run builds, coloured by state.",
        discussion: """
            Without packages all jobs of the run, otherwise these and all that they wait for. Edges that follow from others \
            are left out. While the run goes on, the path that decides its end is bold. SVG is drawn by Graphviz.
            """)

    @OptionGroup var selection: PackagesSelection

    @Option(help: ArgumentHelp("The run; the newest otherwise.", valueName: "number"))
    var run: Int64?

    @Option(help: "The form.")
    var format: Format = .dot

    @Flag(help: "These packages and all that wait for them, instead of what they wait for.")
    var dependents = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to this file; one that ends in .svg is SVG.", valueName: "file"),
        completion: .file(extensions: ["svg", "dot"]))
    var output: String?

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try Arguments.check(run: run)
        if dependents, selection.packages.isEmpty, selection.state.isEmpty {
            throw ValidationError("--dependents: of which packages? name some, or a --state")
        }
    }

    func run() async throws {
        let drawing = try await connection.connected {
            try await Self.drawing(of: run ?? 0, selection, dependents, &$0)
        }
        let isSVG = format == .svg || output?.hasSuffix(".svg") == true
        let text = isSVG ? try await Graphviz.svg(drawing) : drawing.dot()
        guard let output else { return Output.write(text) }
        do {
            try AtomicFile.write(Array(text.utf8), to: FilePath(output))
        } catch {
            throw FarmctlError(.failed, "\(output) cannot be written: \(error)")
        }
        Output.note("\(drawing.count) jobs of run \(drawing.plan.run) are drawn in \(output)")
    }

    private static func drawing(
        of run: Int64, _ selection: PackagesSelection, _ dependents: Bool, _ connection: inout CoordinatorConnection
    ) async throws -> GraphDrawing {
        let plan = try await connection.plan(run: run)
        var drawing = GraphDrawing(plan: plan)
        drawing.decidingPath = try await connection.detail(of: plan.run).decidingPath.map(\.job)
        guard !selection.packages.isEmpty || !selection.state.isEmpty else { return drawing }
        let chosen = try await connection.jobs(run: plan.run, selection.packages, selection.states)
        guard !chosen.jobs.isEmpty else {
            throw FarmctlError(
                .notFound, "no job of run \(plan.run) is in that state", remedy: "farmctl jobs lists them.")
        }
        let jobs = Set(chosen.jobs.map(\.job))
        drawing.shown = dependents ? plan.dependents(of: jobs) : plan.needed(by: jobs)
        return drawing
    }
}
