import Core
import CoreTesting
import GRDB
import Shared
import SystemPackage
import Testing

@testable import Coordinator

/// Which builds stand beside each other: run 1 built `a`, run 2 had it from there, run 3 and run 4 built it anew.
struct ComparedBuildsTests {
    private static func builds() async throws -> [PastPackages.Build] {
        var driver = SchedulerDriver()
        _ = driver.connect("node1", slots: 2)
        let graph = graph("a:", "b:")
        driver.run(1, try Planner().plan(graph))
        driver.build("a")
        driver.build("b")
        driver.run(2, try Planner(known: driver.known).plan(graph))
        for run in 3...4 {
            driver.run(Int64(run), try Planner(known: driver.known, forced: ["cat/a"]).plan(graph))
            driver.build("a")
        }
        let directory = try TemporaryDirectory()
        let store = try Store(path: directory.path.appending("test.sqlite"))
        try await store.commit(driver.changes)
        let builds = try store.database.unsafeReentrantRead { try PastPackages.builds(of: "cat/a", $0) }
        try store.close()
        return builds
    }

    private func compare(
        _ pattern: String = "a", run: Int64? = nil, since: Int64? = nil, gone: Set<Int64> = []
    ) async throws -> [Int64] {
        let builds = try await Self.builds()
        let compared = try ComparedBuilds(
            builds, meant: try PackagePattern(pattern), run: run.map(RunID.init(rawValue:)),
            since: since.map(RunID.init(rawValue:))
        ) { !gone.contains($0.run.rawValue) }
        return [compared.from.run.rawValue, compared.to.run.rawValue]
    }

    @Test func `The newest stands beside the one before it`() async throws {
        #expect(try await compare() == [3, 4])
        #expect(try await compare("cat/a-1") == [3, 4])
    }

    @Test func `Runs are chosen, also one that only had what another built`() async throws {
        #expect(try await compare(run: 3) == [1, 3])
        #expect(try await compare(since: 2) == [1, 4])
        #expect(try await compare(run: 3, since: 4) == [4, 3])
    }

    @Test func `What was removed is passed over, unless it was named`() async throws {
        #expect(try await compare(gone: [3]) == [1, 4])
        #expect(try await compare(gone: [4]) == [1, 3])
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
