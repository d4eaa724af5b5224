import Glibc
import Core
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

        // The next run finds all but one leaf's dependency changed.
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

    /// In an order in which all can be built; each package needs its dependencies to be built and to run.
    private static func readGraph() throws -> ResolvedGraph {
        var numbers: [String: Int] = [:]
        var names: [String] = []
        var pairs: [(dependency: Int, dependent: Int)] = []
        func number(_ name: Substring) -> Int {
            if let known = numbers[String(name)] { return known }
            numbers[String(name)] = names.count
            names.append(String(name))
            return names.count - 1
        }
        _ = readLine()
        while let line = readLine() {
            let columns = line.split(separator: "\t")
            guard columns.count == 2 else { throw BadLine(line: line) }
            pairs.append((number(columns[0]), number(columns[1])))
        }
        let order = try Self.order(names.count, pairs)
        var places = [Int](repeating: 0, count: order.count)
        for (place, number) in order.enumerated() { places[number] = place }
        let kinds = [ResolvedGraph.Kind(.buildtime), ResolvedGraph.Kind(.runtime)]
        return ResolvedGraph(
            portage: "", settings: .init(indexHeader: [:]), targets: [],
            nodes: try order.enumerated().map { place, number in
                ResolvedGraph.Node(
                    index: place, cpv: try CPV("pkgsrc/\(names[number])-1"), repository: "gentoo",
                    use: ["ipv6", "nls", "zlib"],
                    iuse: ["debug", "doc", "+ipv6", "nls", "static-libs", "test", "threads", "zlib"],
                    recipe: ContentHasher.digest(Array(names[number].utf8)))
            },
            edges: pairs.map { .init(dependent: places[$0.dependent], dependency: places[$0.dependency], kinds: kinds) }
        )
    }

    private static func order(_ count: Int, _ pairs: [(dependency: Int, dependent: Int)]) throws -> [Int] {
        var missing = [Int](repeating: 0, count: count)
        var dependents = [[Int]](repeating: [], count: count)
        for pair in pairs {
            missing[pair.dependent] += 1
            dependents[pair.dependency].append(pair.dependent)
        }
        var order = missing.indices.filter { missing[$0] == 0 }
        var next = 0
        while next < order.count {
            for dependent in dependents[order[next]] {
                missing[dependent] -= 1
                if missing[dependent] == 0 { order.append(dependent) }
            }
            next += 1
        }
        guard order.count == count else { throw BadLine(line: "the graph has a cycle") }
        return order
    }
}

struct BadLine: Error {
    var line: String
}
