import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    /// The page's views, small and large.
    struct PageViewTests {
        @Test func `The builds of a worker, the graph of a run, and every view on a phone and on a wall`()
            async throws
        {
            try await TestFarm.with(TestFarm.Settings(workers: ["alpha"])) { farm in
                // What hangs keeps the run under way.
                let run = try await farm.submit(
                    "faults/hang-silent", "faults/compile-error-dependent", "faults-ok/chain-c")
                try await until("end of all but what hangs", within: .seconds(300)) {
                    let ends = Set(["published", "failed", "skipped"])
                    // Before there is a plan, resolving is all that there is.
                    let jobs = try await farm.jobs(run).filter { !$0.isResolving }
                    let open = jobs.map(\.state).filter { !ends.contains($0) }
                    return open == ["leased"] ? true : nil
                }
                try await farm.log(of: "faults/hang-silent", in: run, says: "this is the last line")
                let built = ["faults-ok/chain-a-1", "faults/compile-error-1", "faults/hang-silent-1"]
                try await PageLook.run("worker", [farm.site, "alpha", "\(run)"] + built)
                try await PageLook.run("graph", [farm.site, "\(run)", "faults-ok/chain-b-1"])
                let packages = (built + ["resolve"]).map { "#/run/\(run)/package/\($0)" }
                let views = ["#/", "#/run/\(run)", "#/run/\(run)/graph", "#/worker/alpha", "#/nowhere"]
                try await PageLook.run("sizes", [farm.site] + views + packages)
            }
        }

        @Test func `A run of 28,509 jobs is shown, filtered and drawn`() async throws {
            try await TestFarm.with(TestFarm.Settings(workers: []), starts: false) { farm in
                let jobs = 28_509
                try FileManager.default.createDirectory(
                    atPath: farm.state.string, withIntermediateDirectories: true)
                try await Program.demand(
                    [farm.program("prepare-run"), "\(jobs)", "\(farm.state)/coordinator.sqlite", TestFarm.name])
                try await farm.startCoordinator()
                try await PageLook.run("large", [farm.site, "1", "\(jobs + 1)", "lib012"])
            }
        }

        @Test func `A page kept open through an hour of events takes no more memory than at first`() async throws {
            let directory = TestEnvironment.directory.appending("fake-farm-\(UInt32.random(in: 0 ... .max))")
            defer { try? FileManager.default.removeItem(atPath: directory.string) }
            try await PageLook.run("memory", [TestEnvironment.program("fake-farm").string, directory.string])
        }
    }
}
