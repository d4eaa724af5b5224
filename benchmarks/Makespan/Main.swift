import Core
import FoundationEssentials
import Glibc

/// How good the scheduler's schedules are, on measured builds in virtual time. BINFARM_DATA is the directory with the
/// recorded graphs; the names of benchmarks as arguments choose some.
@main
enum MakespanBenchmark {
    static func main() {
        let chosen = Array(CommandLine.arguments.dropFirst())
        let benchmarks: [(name: String, measure: () throws -> Void)] = [
            ("makespan", makespan), ("makespan-gentoo", gentoo), ("malleable", malleable), ("locality", locality),
        ]
        do {
            for benchmark in benchmarks where chosen.isEmpty || chosen.contains(benchmark.name) {
                try benchmark.measure()
            }
        } catch {
            print("error: \(error)")
            exit(1)
        }
    }

    // MARK: pkgsrc

    private static func makespan() throws {
        let graph = try pkgsrc()
        for slots in [4, 8] as [Int32] {
            let known = try outcome(graph, slots)
            line("makespan-\(slots)-known", known, goal: 1.005)
            // One noise may be lucky.
            let learned = try (1...5).map { try outcome(graph, slots, durations: .learned, seed: $0) }
            guard let worst = learned.max(by: { $0.makespan < $1.makespan }) else { continue }
            line("makespan-\(slots)-learned", worst, goal: 1.02)
        }
        for slots in [4, 8, 16] as [Int32] {
            for order in JobOrder.allCases {
                let outcome = try outcome(graph, slots, order: order)
                print("makespan-\(slots)-\(order.rawValue): \(hours(outcome.makespan)) h (for comparison)")
            }
        }
    }

    private static func line(_ name: String, _ outcome: VirtualFarm.Outcome, goal: Double) {
        let ratio = Double(outcome.makespan) / Double(outcome.lowerBound)
        print(
            "\(name): \(thousandths(ratio)) of the lower bound (goal \(goal) or less; \(hours(outcome.makespan)) h of at "
                + "least \(hours(outcome.lowerBound)) h)")
    }

    // MARK: Gentoo

    private static func gentoo() throws {
        let file = data("gentoo-portage-stable.graph.json")
        let graph = try BuildGraph(contents: try read(file), file: file)
        let ours = try outcome(graph, 8)
        print("makespan-gentoo: \(seconds(ours.makespan)) s (goal 4694; longest path \(seconds(ours.longestPath)) s)")
        // What emerge's rule allows at best, with slots without end, and what it does.
        var strict = graph
        for place in strict.jobs.indices { strict.jobs[place].waitsFor = graph.jobs[place].emergeWaitsFor ?? [] }
        let emerge = try outcome(graph, 8, order: .emerge)
        print("makespan-gentoo-emerge: \(seconds(emerge.makespan)) s (at best \(seconds(strict.longestPath)) s)")
    }

    // MARK: Cores

    /// The recorded builds had up to four cores; so has each slot of the hosts, unless the scheduler shares them.
    private static func malleable() throws {
        let graph = try pkgsrc()
        for cores in [8, 16] as [Int32] {
            let bound = graph.lowerBound(slots: Int(cores / 4))
            var best: (makespan: Int64, slots: Int32)?
            for slots in [cores / 4, cores / 2, cores] {
                let farm = VirtualFarm(
                    graph: graph, hosts: [.init(slots: slots, cores: cores)], durations: .known, cores: .shared)
                let makespan = try farm.run().makespan
                if makespan < best?.makespan ?? .max { best = (makespan, slots) }
            }
            guard let best else { continue }
            let below = 1 - Double(best.makespan) / Double(bound)
            print(
                "malleable-\(cores): \(thousandths(below * 100)) % below the fixed-core lower bound (goal above 0; "
                    + "\(hours(best.makespan)) h in \(best.slots) slots, \(hours(bound)) h with four cores for each build)"
            )
        }
    }

    // MARK: Locality

    /// The same builds on several hosts, with and without a preference for the host that has more of what a job needs.
    private static func locality() throws {
        let graph = try pkgsrc()
        for (hosts, slots) in [(4, 2), (8, 1), (16, 1)] as [(Int, Int32)] {
            let outcomes = try [true, false].map { prefers in
                var farm = VirtualFarm(
                    graph: graph, hosts: (0..<hosts).map { _ in .init(slots: slots, cores: 4 * slots) })
                farm.prefersLocality = prefers
                return try farm.run()
            }
            let sent = Double(outcomes[0].sent) / Double(max(1, outcomes[1].sent))
            let makespan = Double(outcomes[0].makespan) / Double(outcomes[1].makespan)
            print(
                "locality-\(hosts)x\(slots): \(thousandths(sent)) of the packages sent without it "
                    + "(\(outcomes[0].sent) of \(outcomes[1].sent)), \(thousandths(makespan)) of the makespan")
        }
    }

    // MARK: Data

    private static func outcome(
        _ graph: BuildGraph, _ slots: Int32, order: JobOrder = .path, durations: VirtualFarm.Durations = .known,
        seed: UInt64 = 1
    ) throws -> VirtualFarm.Outcome {
        let host = VirtualFarm.Host(slots: slots, cores: 4 * slots)
        return try VirtualFarm(graph: graph, hosts: [host], order: order, durations: durations, seed: seed).run()
    }

    private static func pkgsrc() throws -> BuildGraph {
        let edges = data("pkgsrc-bulk-large.edges.tsv")
        let history = data("pkgsrc-bulk-large.history.tsv")
        return try BuildGraph(contents: try read(edges), file: edges, history: (try read(history), history))
    }

    private static func data(_ name: String) -> String {
        (ProcessInfo.processInfo.environment["BINFARM_DATA"] ?? "../shared/data") + "/" + name
    }

    private static func read(_ file: String) throws -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: file)))
        } catch {
            throw Missing(description: "\(file) cannot be read; BINFARM_DATA says where the recorded graphs are")
        }
    }

    private struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    // MARK: Numbers

    private static func hours(_ milliseconds: Int64) -> String { hundredths(Double(milliseconds) / 3_600_000) }

    private static func seconds(_ milliseconds: Int64) -> String { digits(Double(milliseconds) / 1000, 10, 1) }

    private static func hundredths(_ number: Double) -> String { digits(number, 100, 2) }

    private static func thousandths(_ number: Double) -> String { digits(number, 1000, 3) }

    private static func digits(_ number: Double, _ factor: Double, _ count: Int) -> String {
        let whole = Int((abs(number) * factor).rounded())
        let fraction = String(whole % Int(factor))
        let zeros = String(repeating: "0", count: count - fraction.count)
        return (number < 0 ? "-" : "") + "\(whole / Int(factor)).\(zeros)\(fraction)"
    }
}
