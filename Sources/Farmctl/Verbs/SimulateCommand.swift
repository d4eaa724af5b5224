import ArgumentParser
import Core
import SystemPackage

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Say how long a run would take with other hosts.",
        discussion: """
            Builds a recorded run, or a graph from a file, in virtual time with the coordinator's own scheduler. The \
            graph is a resolved graph (JSON with `nodes` and `edges`), or lines `dependency TAB dependent` under a heading; \
            `-` is standard input: `zstd -dc big.tsv.zst | farmctl simulate --graph - --slots 8`.
            """)

    @Option(help: ArgumentHelp("A graph; - is standard input.", valueName: "file"), completion: .file())
    var graph: String?

    @Option(
        help: ArgumentHelp(
            "What each build of the graph took: columns package, make_jobs, wall_ms.", valueName: "file"),
        completion: .file(extensions: ["tsv"]))
    var history: String?

    @Option(help: ArgumentHelp("A run of the coordinator, in place of a graph.", valueName: "number"))
    var run: Int64?

    @Option(help: ArgumentHelp("One host that builds so many packages at once.", valueName: "number"))
    var slots: Int32?

    @Option(
        help: ArgumentHelp(
            "Hosts as count x cores, or count x cores x slots: 4x16,2x8. Without slots, one for each as many cores as the "
                + "recorded builds had.", valueName: "hosts"))
    var hosts: String?

    @Option(help: "Whether the scheduler knows what each build takes, or has learned it from an earlier run.")
    var durations = VirtualFarm.Durations.known

    @Option(help: "Which job goes first: the scheduler's own rule, or another builder's.")
    var policy = JobOrder.path

    @Option(help: "Whether each build has the cores that it had, or those that the scheduler gives it.")
    var cores = VirtualFarm.Cores.fixed

    @Option(help: ArgumentHelp("Another number is another noise of what was learned.", valueName: "number"))
    var seed: UInt64 = 1

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try Arguments.check(run: run)
        if (graph == nil) == (run == nil) { throw ValidationError("give either --graph FILE or --run NUMBER") }
        if (slots == nil) == (hosts == nil) { throw ValidationError("give either --slots NUMBER or --hosts HOSTS") }
        if history != nil, run != nil { throw ValidationError("--history belongs to --graph; a run has its own") }
        if let slots, !(1...100_000).contains(slots) { throw ValidationError("--slots is from 1 to 100000") }
        if let hosts { _ = try Self.hosts(hosts, coresPerSlot: 1) }
    }

    func run() async throws {
        let graph = try await buildGraph()
        guard !graph.jobs.isEmpty else { throw FarmctlError(.failed, "there is nothing to build") }
        let usual = graph.jobs.map(\.cost.cores).max() ?? 1
        let farm = VirtualFarm(
            graph: graph,
            hosts: try hosts.map { try Self.hosts($0, coresPerSlot: usual) }
                ?? [
                    VirtualFarm.Host(
                        slots: slots ?? 1, cores: (slots ?? 1).multipliedReportingOverflow(by: usual).partialValue)
                ],
            order: policy, durations: durations, cores: cores, seed: seed)
        let outcome: VirtualFarm.Outcome
        do {
            outcome = try farm.run()
        } catch let stall as VirtualFarm.Stall {
            throw FarmctlError(.failed, stall.description)
        }
        try Output.print(SimulationView(farm, outcome), asJSON: json, .current)
    }

    private func buildGraph() async throws -> BuildGraph {
        guard let path = graph else {
            return try await connection.connected { try await $0.buildGraph(run: run ?? 0) }
        }
        do {
            return try BuildGraph(
                contents: try InputFile.read(path), file: path,
                history: try history.map { (try InputFile.read($0), $0) })
        } catch let error as GraphFileError {
            throw FarmctlError(.failed, error.description)
        }
    }

    /// `4x16,2x8x4`
    static func hosts(_ text: String, coresPerSlot: Int32) throws -> [VirtualFarm.Host] {
        var hosts: [VirtualFarm.Host] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = word.split(separator: "x", omittingEmptySubsequences: false)
            let numbers = parts.compactMap { Int32($0) }
            guard (2...3).contains(parts.count), numbers.count == parts.count,
                numbers.allSatisfy({ (1...10_000).contains($0) })
            else {
                throw ValidationError("--hosts: '\(word)' is not count x cores, such as 4x16, or 4x16x8 with slots")
            }
            let slots = numbers.count == 3 ? numbers[2] : max(1, numbers[1] / max(1, coresPerSlot))
            hosts += Array(repeating: VirtualFarm.Host(slots: slots, cores: numbers[1]), count: Int(numbers[0]))
        }
        return hosts
    }
}

extension VirtualFarm.Durations: ExpressibleByArgument {}
extension VirtualFarm.Cores: ExpressibleByArgument {}
extension JobOrder: ExpressibleByArgument {}
