import Testing

extension EndToEnd {
    /// What was built is installed before it is offered.
    struct TrialTests {
        @Test func `What cannot be installed, or would lack a library at a client, is not published`() async throws {
            try await TestFarm.with { farm in
                let run = try await farm.build("faults/preinst-dies", "faults/unlisted-library", "faults/postinst-dies")
                #expect(run.states == ["failed": 2, "published": 2])
                let dies = try #require(try await farm.job("faults/preinst-dies", of: run.run).failure)
                #expect(dies.class == "build-failed")
                #expect(dies.reason.hasSuffix("was built, but cannot be installed in its preinst phase"), "\(dies)")
                let unlisted = try #require(try await farm.job("faults/unlisted-library", of: run.run).failure)
                #expect(unlisted.class == "build-failed")
                #expect(
                    unlisted.reason.contains("links to libchain-a.so.0 of faults-ok/chain-a-1: neither"), "\(unlisted)")
                #expect(try await farm.published() == ["faults-ok/chain-a-1", "faults/postinst-dies-1"])
            }
        }

        @Test func `While a package is tried the next one is built in its slot`() async throws {
            var settings = TestFarm.Settings()
            settings.workers = ["alpha"]
            settings.slots = 1
            try await TestFarm.with(settings) { farm in
                let first = try await farm.submit("faults-ok/lingers")
                let second = try await farm.submit("faults-ok/slow")
                try await until("both on the one slot") {
                    try await farm.status().workers.first?.running.count == 2 ? true : nil
                }
                #expect(try await farm.job("faults-ok/lingers", of: first).phase == "trial")
                #expect(try await farm.end(of: first).state == "succeeded")
                #expect(try await farm.end(of: second).state == "succeeded")
            }
        }

        @Test func `A package whose pkg_preinst needs another is built when that is there`() async throws {
            try await TestFarm.with { farm in
                let run = try await farm.build("faults-ok/user")
                #expect(run.states == ["published": 2])
            }
        }
    }
}
