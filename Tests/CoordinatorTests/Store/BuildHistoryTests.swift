import Core
import CoreTesting
import GRDB
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// What the database tells of the past, of a farm in which `a` could not be fetched at first, and `b` does not compile.
struct BuildHistoryTests {
    private static func past() throws -> SchedulerDriver {
        var driver = SchedulerDriver()
        _ = driver.connect("node1", slots: 2)
        driver.run(1, try plan("a:", "b:"))
        driver.finish("b", .failure(Failure(.buildFailed, "does not compile", firstErrorLine: "b.c:1: error: x")))
        driver.finish("a", .failure(Failure(.fetchFailed, "no mirror has it")))
        while !driver.building.contains("a") { driver.pass(1000) }
        driver.build("a")
        return driver
    }

    private static func read<Value>(_ body: (Database) throws -> Value) async throws -> Value {
        let directory = try TemporaryDirectory()
        let store = try Store(path: directory.path.appending("test.sqlite"))
        try await store.commit(try past().changes)
        let value = try store.database.unsafeReentrantRead(body)
        try store.close()
        return value
    }

    @Test func `What was built at last has not failed`() async throws {
        let builds = try await Self.read { try BuildHistory.builds(of: "cat/a", limit: 10, $0) }
        #expect(builds.map(\.state) == [.published])
        #expect(builds.first?.failure == nil)
        #expect(builds.first?.packageSize == 1)
        let failed = try await Self.read { try BuildHistory.builds(of: "cat/b", limit: 10, $0) }
        #expect(failed.map(\.state) == [.failed])
        #expect(failed.first?.failure?.firstErrorLine == "b.c:1: error: x")
    }

    @Test func `A worker's attempts have each its own end`() async throws {
        let node1 = WorkerName(rawValue: "node1")
        let builds = try await Self.read {
            try BuildHistory.builds(on: node1, since: Instant(milliseconds: 0), limit: 10, $0)
        }
        #expect(builds.filter { $0.cpv == "cat/a-1" }.map(\.outcome) == ["published", "failed"], "the newest first")
        #expect(builds.filter { $0.cpv == "cat/a-1" }.map(\.failure?.failureClass) == [nil, .fetchFailed])
        #expect(builds.filter { $0.cpv == "cat/b-1" }.map(\.failure?.failureClass).contains(.buildFailed))
    }

    @Test func `Packages are found by their names, and nothing by a part of one or a pattern`() async throws {
        for (name, found) in [
            ("a", ["cat/a"]), ("cat/a", ["cat/a"]), ("cat/*", ["cat/a", "cat/b"]), ("_", []), ("A", []), ("at/a", []),
        ] {
            let pattern = try PackagePattern(name)
            let packages = try await Self.read { try BuildHistory.packages(matching: pattern, $0) }
            #expect(packages == found, "\(name)")
        }
    }

    @Test func `Builds that ended are counted where they ended`() async throws {
        let start = SchedulerDriver().now
        let all = try await Self.read { try BuildHistory.ends(since: start, $0) }
        #expect(all.published.count == 1)
        #expect(all.failed.count >= 2)
        let late = try await Self.read { try BuildHistory.ends(since: start + 1, $0) }
        #expect(late.published.count == 1)
        #expect(late.failed.isEmpty, "they had ended before")
    }

    @Test func `A package that is refused was one attempt, that failed`() throws {
        var driver = SchedulerDriver()
        _ = driver.connect("node1", slots: 2)
        driver.run(1, try plan("a:", "b:"))
        driver.build("b")
        let attempt = try #require(driver.attempt("a"))
        driver.finish("a")
        driver.send(.publicationRefused(attempt, Failure(.invalidPackage, "it is another package")))
        var tally = Tally()
        for change in driver.changes { tally.count(change) { _ in "x" } }
        let refused = tally.attemptsEnded[.init(farm: "x", what: "failed")]
        #expect(refused == 1)
        // The resolving, and b.
        #expect(tally.attemptsEnded[.init(farm: "x", what: "finished")] == 2)
        #expect(tally.buildTime["x"] == 3, "a millisecond each, once")
    }
}
