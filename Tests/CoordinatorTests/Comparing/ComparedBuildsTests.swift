import Core
import CoreTesting
import GRDB
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// Which builds stand beside each other: run 1 built `a`, run 2 had it from there, runs 3 and 4 built it anew, and run 5 has what
/// run 3 built.
struct ComparedBuildsTests {
    private func compare(
        _ pattern: String = "a", run: Int64? = nil, since: Int64? = nil, gone: Set<Int64> = []
    ) async throws -> [Int64] {
        var driver = SchedulerDriver()
        _ = driver.connect("node1", slots: 2)
        let graph = graph("a:", "b:")
        driver.run(1, try Planner().plan(graph))
        driver.build("a")
        driver.build("b")
        let first = driver.known
        driver.run(2, try Planner(known: first).plan(graph))
        driver.run(3, try Planner(known: first, forced: ["cat/a"]).plan(graph))
        driver.build("a")
        let third = driver.known
        driver.run(4, try Planner(known: third, forced: ["cat/a"]).plan(graph))
        driver.build("a")
        driver.run(5, try Planner(known: third).plan(graph))
        let directory = try TemporaryDirectory()
        let store = try Store(path: directory.path.appending("test.sqlite"))
        try await store.commit(driver.changes)
        defer { try? store.close() }
        return try store.database.unsafeReentrantRead { database in
            let compared = try ComparedBuilds(
                of: "cat/a", meant: try PackagePattern(pattern), run: run.map(RunID.init(rawValue:)),
                since: since.map(RunID.init(rawValue:)),
                builds: { try PastPackages.builds(of: "cat/a", in: $0, database) },
                exists: { !gone.contains($0.firstRun.rawValue) })
            return [compared.from.firstRun.rawValue, compared.to.firstRun.rawValue]
        }
    }

    @Test func `What the newest run had stands beside what another run had last before`() async throws {
        #expect(try await compare() == [4, 3])
        #expect(try await compare("cat/a-1") == [4, 3])
    }

    @Test func `Runs are chosen, also one that only had what another built`() async throws {
        #expect(try await compare(run: 4) == [3, 4])
        #expect(try await compare(run: 3) == [1, 3])
        #expect(try await compare(since: 2) == [1, 3])
        #expect(try await compare(run: 3, since: 4) == [4, 3])
    }

    @Test func `What was removed is passed over, unless it was named`() async throws {
        #expect(try await compare(gone: [4]) == [1, 3])
        #expect(try await compare(gone: [3]) == [1, 4])
        let refusal = await #expect(throws: Refusal.self) { try await compare(run: 3, gone: [3]) }
        #expect(refusal?.code == .notFound)
        #expect(refusal?.message.contains("that run 3 built is not there any more") == true)
    }

    @Test func `The first build has none before it, and another version is none of its builds`() async throws {
        let first = await #expect(throws: Refusal.self) { try await compare(run: 2) }
        #expect(first?.message == "there is no earlier build of cat/a:0 in test than that of run 1")
        let same = await #expect(throws: Refusal.self) { try await compare(run: 1, since: 2) }
        #expect(same?.message == "run 2 has no other cat/a:0 than run 1")
        let other = await #expect(throws: Refusal.self) { try await compare("=cat/a-2") }
        #expect(other?.message == "no run has a package =cat/a-2")
    }
}
