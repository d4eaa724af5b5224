import Testing

extension EndToEnd {
    /// What a person can do at the coordinator's page.
    struct PageActionTests {
        @Test func `With the token of the operators, and only with it, a person drains, cancels and tries again`()
            async throws
        {
            let token = "a-token-of-the-operators"
            try await TestFarm.with(TestFarm.Settings(workers: ["alpha"], operatorToken: token)) { farm in
                let failed = try await farm.build("faults/compile-error", "faults-ok/wide-a")
                let job = try await farm.job("faults/compile-error", of: failed.run)
                let underWay = try await farm.submit("faults/hang-silent")
                try await farm.log(of: "faults/hang-silent", in: underWay, says: "this is the last line")
                try await PageLook.run(
                    "actions", [farm.site, token, "alpha", "\(failed.run)", job.cpv, "\(underWay)"])
            }
        }

        @Test func `Without a token in the configuration nobody can do anything, which the page says`() async throws {
            try await TestFarm.with(TestFarm.Settings(workers: []), starts: false) { farm in
                try await farm.startCoordinator()
                try await PageLook.run("tokenless", [farm.site])
            }
        }
    }
}
