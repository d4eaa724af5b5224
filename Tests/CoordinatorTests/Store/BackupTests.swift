import Core
import CoreTesting
import Foundation
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

@Suite("Backups")
struct BackupTests {
    let directory: TemporaryDirectory
    var path: FilePath { directory.path.appending("coordinator.sqlite") }

    init() throws { directory = try TemporaryDirectory() }

    private func restored(_ backup: Backup) throws -> Store {
        let place = directory.path.appending("restored.sqlite")
        try FileManager.default.copyItem(atPath: backup.path.string, toPath: place.string)
        return try Store(path: place)
    }

    @Test("a copy holds all that was committed, as one file, and goes on from there with fences of its own")
    func backup() async throws {
        var driver = SchedulerDriver()
        _ = driver.connect("one", slots: 2)
        driver.run(1, try plan("a:", "b: a"))
        driver.build("a")
        let store = try Store(path: path)
        try await store.commit(driver.changes)
        let backup = try await store.backUp()
        #expect(backup.path.removingLastComponent() == directory.path.appending("backups"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/backups").count == 1)
        #expect(try FileStatus.size(of: backup.path) == backup.size)

        let copy = try restored(backup)
        var snapshot = try copy.snapshot()
        #expect(snapshot.lastFence.rawValue > driver.stored.lastFence.rawValue + 1_000_000_000)
        snapshot.lastFence = driver.stored.lastFence
        #expect(snapshot == driver.stored)
        #expect(try copy.expectations() == store.expectations())
    }

    @Test("what is committed while the copy is made does not tear it")
    func busy() async throws {
        let store = try Store(path: path)
        var driver = SchedulerDriver()
        _ = driver.connect("one", slots: 2)
        driver.run(1, try plan((0..<300).map { "p\($0):" }))
        try await store.commit(driver.changes)
        driver.changes = []
        while let name = driver.assigned.first.map({ driver.scheduler.name(of: $0.assignment.attempt.job) }) {
            driver.build(String(name.dropFirst("cat/".count).dropLast("-1".count)))
        }
        let changes = driver.changes
        async let writing: Void = {
            for start in stride(from: 0, to: changes.count, by: 4) {
                try await store.commit(Array(changes[start..<min(start + 4, changes.count)]))
            }
        }()
        var backups: [Backup] = []
        for _ in 1...3 { backups.append(try await store.backUp()) }
        try await writing
        #expect(Set(backups.map(\.path)).count == 3)
        let snapshot = try restored(try #require(backups.last)).snapshot()
        // A state that there was: whoever is published has an attempt that finished.
        let run = try #require(snapshot.runs[RunID(rawValue: 1)])
        for job in run.jobs where job.record.state == .published {
            #expect(job.attempts.last?.record.end?.isSettled == true)
        }
    }

    @Test("a backup that cannot be made says so and leaves nothing")
    func impossible() async throws {
        let store = try Store(path: path)
        try Data().write(to: URL(filePath: "\(directory.path)/backups"))
        let error = await #expect(throws: StoreError.self) { try await store.backUp() }
        #expect(error?.description.contains("was not made") == true)
    }
}
