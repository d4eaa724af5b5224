import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    struct BackupTests {
        @Test func `A coordinator that goes on from a backup ends the run, and takes over the build that still runs`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.workers = ["alpha"]
            try await TestFarm.with(settings) { farm in
                let run = try await farm.submit(
                    "faults-ok/slow", "faults-ok/wide-a", "faults-ok/wide-b", "faults-ok/wide-c")
                try await farm.log(of: "faults-ok/slow", in: run, says: "second 2 of")
                try await until("first package") { try await farm.published().isEmpty ? nil : true }
                let copied = try await farm.jobs(run).filter { !$0.isResolving }
                let backup = try await farm.backUp()
                #expect(try await integrity(of: backup) == "ok")
                // What the backup does not know of: two packages, of which one was not even begun, and a run.
                let known = try await farm.index()
                try await until("two more packages") { try await farm.index().count == known.count + 2 ? true : nil }
                let later = try await farm.submit("faults-ok/wide-d")
                let before = try await farm.index()

                try await farm.stop("coordinator")
                try restore(backup, in: farm)
                try await farm.startCoordinator()
                #expect(try await farm.status().runs.map(\.run) == [run], "run \(later) is not known any more")
                #expect(try await farm.end(of: run).state == "succeeded")

                let jobs = try await farm.jobs(run).filter { !$0.isResolving }
                #expect(jobs.allSatisfy { $0.state == "published" }, "\(jobs)")
                for old in copied where old.state == "published" {
                    #expect(jobs.first { $0.job == old.job } == old, "what the copy knew to be published is not built")
                }
                let slow = try #require(jobs.first { $0.cpv == "faults-ok/slow-1" })
                #expect(slow.attempts == 1)
                #expect(slow.startedAt == copied.first { $0.cpv == slow.cpv }?.startedAt)
                let after = try await farm.index()
                #expect(before.allSatisfy(after.contains), "what was published stays as it is")
                #expect(Set(try await farm.published()) == Set(["faults-ok/slow-1"] + MainPathTests.wide.prefix(3)))
                try await farm.checkBinhost()
                for entry in before where !known.contains(entry) {
                    let copies = after.filter { $0["CPV"] == entry["CPV"] }.compactMap { $0["BUILD_ID"] }
                    #expect(copies == ["1", "2"], "built since the backup, and again")
                }
            }
        }

        private func integrity(of backup: BackupDocument) async throws -> String {
            let script = """
                import sqlite3, sys
                copy = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
                print(*(row[0] for row in copy.execute("PRAGMA integrity_check")))
                """
            return try await Program.demand(["python3", "-c", script, backup.path])
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }

        /// docs/state.md.
        private func restore(_ backup: BackupDocument, in farm: TestFarm) throws {
            let files = FileManager.default
            let database = farm.state.appending("coordinator.sqlite").string
            for end in ["", "-wal", "-shm"] where files.fileExists(atPath: database + end) {
                try files.moveItem(atPath: database + end, toPath: farm.file("replaced.sqlite") + end)
            }
            try files.copyItem(atPath: backup.path, toPath: database)
        }
    }
}
