import Core
import Foundation
import Glibc
import Shared

/// Makes a plan of a recorded graph: `dependency TAB dependent` lines on standard input, behind a heading.
@main
struct PlanBenchmark {
    static func main() throws {
        let graph = try readGraph()
        let clock = ContinuousClock()
        let start = clock.now
        let plan = try Planner().plan(graph)
        let first = clock.now - start
        report("plan", "\(hundredths(first)) s (goal 1 s; \(plan.jobs.count) packages, nothing published)")
        report("plan-memory", "\(peakMemory() >> 20) MiB (goal 150 MiB, with the graph it is made of)")

        // The next run finds another ebuild of the first package, and all that stands behind it changed.
        let known = KnownPackages(
            plan.jobs.map { job in
                KnownPackage(
                    record: PublishedRecord(
                        cpv: job.cpv, buildID: 1, path: "\(job.cpv)", package: Blob(digest: job.buildKey, size: 1),
                        buildKey: job.buildKey, output: job.ownKey),
                    facts: PackageFacts(
                        slot: job.slot, repository: job.repository, use: job.use, ownKey: job.ownKey,
                        ingredients: job.ingredients,
                        dependencies: job.waitsFor.map { place in
                            let needed = plan.jobs[Int(place)]
                            return DependencyMark(cpv: needed.cpv, slot: needed.slot, buildKey: needed.buildKey)
                        }.sorted(), cutoffKey: job.buildKey, published: Instant(milliseconds: 1)))
            })
        var changed = graph
        changed.nodes[0].recipe = ContentHasher.digest([1])
        let second = clock.now
        let again = try Planner(known: known).plan(changed)
        let built = again.jobs.count { $0.cached == nil }
        report("plan-again", "\(hundredths(clock.now - second)) s (\(built) packages built again, with reasons)")
    }

    private static func report(_ name: String, _ value: String) { print("\(name): \(value)") }

    private static func hundredths(_ duration: Duration) -> String {
        let count = duration / .milliseconds(10)
        return "\(Int(count) / 100).\(Int(count) % 100 < 10 ? "0" : "")\(Int(count) % 100)"
    }

    /// Bytes, so far.
    private static func peakMemory() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }

    /// Each package needs its dependencies to be built and to run.
    private static func readGraph() throws -> ResolvedGraph {
        let input = [UInt8](try FileHandle.standardInput.readToEnd() ?? Data())
        let recorded = try BuildGraph(contents: input, file: "standard input")
        let kinds = [ResolvedGraph.Kind(.buildtime), ResolvedGraph.Kind(.runtime)]
        return ResolvedGraph(
            portage: "", settings: .init(indexHeader: [:]), targets: [],
            nodes: try recorded.jobs.enumerated().map { place, job in
                ResolvedGraph.Node(
                    index: place, cpv: try CPV("pkgsrc/\(job.name)-1"), repository: "gentoo",
                    use: ["ipv6", "nls", "zlib"],
                    iuse: ["debug", "doc", "+ipv6", "nls", "static-libs", "test", "threads", "zlib"],
                    recipe: ContentHasher.digest(Array(job.name.utf8)))
            },
            edges: recorded.jobs.enumerated().flatMap { place, job in
                job.waitsFor.map { ResolvedGraph.Edge(dependent: place, dependency: Int($0), kinds: kinds) }
            })
    }
}
