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

        @Test func `A package whose pkg_preinst needs another is built when that is there`() async throws {
            try await TestFarm.with { farm in
                let run = try await farm.build("faults-ok/user")
                #expect(run.states == ["published": 2])
            }
        }
    }
}
