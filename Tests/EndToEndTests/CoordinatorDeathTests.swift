import Testing

extension EndToEnd {
    struct CoordinatorDeathTests {
        @Test func `A killed coordinator goes on where it was: nothing is lost, nothing is built twice`() async throws {
            try await TestFarm.with { farm in
                let run = try await farm.submit("faults-ok/slow", "@faults-ok")
                try await farm.log(of: "faults-ok/slow", in: run, says: "second 2 of")
                try await until("first package") { try await farm.published().isEmpty ? nil : true }
                let before = try await farm.index()
                let running = try await farm.job("faults-ok/slow", of: run)
                #expect(running.state == "leased")

                try await farm.kill("coordinator")
                try await farm.startCoordinator()
                #expect(try await farm.end(of: run).state == "succeeded")

                let jobs = try await farm.jobs(run)
                #expect(jobs.allSatisfy { $0.attempts == 1 }, "\(jobs.filter { $0.attempts != 1 })")
                let slow = try await farm.job("faults-ok/slow", of: run)
                #expect(slow.startedAt == running.startedAt)
                #expect(slow.worker == running.worker)
                let after = try await farm.index()
                #expect(before.allSatisfy(after.contains), "what was published stays as it is")
                #expect(
                    try await farm.published() == MainPathTests.chain + ["faults-ok/slow-1"] + MainPathTests.wide)
                try await farm.checkBinhost()
                // The log has neither a hole nor anything twice where the coordinator was away.
                let log = try await farm.farmctl("logs", "faults-ok/slow", "--run", "\(run)").output
                let seconds = log.split(separator: "\n").filter { $0.hasPrefix("second ") }
                #expect(seconds.count == Set(seconds).count)
                #expect(seconds.last == "second \(seconds.count) of \(seconds.count)", "\(log)")
            }
        }

        @Test func `A second coordinator on the same state is refused, and the first is not disturbed`() async throws {
            try await TestFarm.with { farm in
                let second = try await Program.run(
                    [farm.program("binfarm-coordinator"), "--config", farm.file("coordinator.yaml")])
                #expect(!second.isSuccess)
                #expect(second.errors.contains("another process uses this state directory"), "\(second.description)")
                #expect(try await farm.build("faults-ok/wide-a").state == "succeeded")
            }
        }
    }
}
