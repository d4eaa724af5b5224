import Testing

extension EndToEnd {
    struct MainPathTests {
        static let chain = ["faults-ok/chain-a-1", "faults-ok/chain-b-1", "faults-ok/chain-c-1"]
        static let wide = ["faults-ok/wide-a-1", "faults-ok/wide-b-1", "faults-ok/wide-c-1", "faults-ok/wide-d-1"]

        @Test func `Two workers build a set into one binhost, emerge installs from it, and nothing is built twice`()
            async throws
        {
            try await TestFarm.with { farm in
                let run = try await farm.build("@faults-ok")
                #expect(run.state == "succeeded")
                let expected = Self.chain + Self.wide
                #expect(try await farm.published() == expected)
                try await farm.checkBinhost()

                let jobs = try await farm.jobs(run.run).filter { !$0.isResolving }
                #expect(jobs.map(\.cpv).sorted() == expected)
                #expect(jobs.allSatisfy { $0.state == "published" && $0.attempts == 1 }, "\(jobs)")
                #expect(Set(jobs.map(\.worker)) == ["alpha", "beta"], "both have work to do")
                try await expectOrder(of: jobs, by: farm.plan(run.run))

                try await install("faults-ok/chain-c", from: farm)

                let index = try await farm.download("Packages")
                let again = try await farm.build("@faults-ok")
                #expect(again.state == "succeeded")
                #expect(again.states == ["cached": expected.count])
                #expect(try await farm.download("Packages") == index)
            }
        }

        /// No job may have begun before what it waits for had ended.
        private func expectOrder(of jobs: [JobDocument], by plan: PlanDocument) throws {
            let byNumber = Dictionary(uniqueKeysWithValues: jobs.map { ($0.job, $0) })
            for node in plan.jobs {
                for dependency in node.waitsFor {
                    let start = try #require(byNumber[node.job]?.startedAt)
                    let end = try #require(byNumber[dependency]?.endedAt)
                    #expect(end <= start, "\(node.cpv) began before \(byNumber[dependency]?.cpv ?? "") was there")
                }
            }
            #expect(plan.jobs.first { $0.cpv == "faults-ok/chain-c-1" }?.waitsFor.count == 2)
        }

        private func install(_ package: String, from farm: TestFarm) async throws {
            let result = try await farm.container(
                ["bash", "-c", "emerge --oneshot --getbinpkgonly \(package) && ls /usr/lib/libchain-c.so.0"],
                environment: ["PORTAGE_BINHOST": farm.url])
            #expect(result.isSuccess, "\(result.description)")
            #expect(result.output.contains("libchain-c.so.0"))
        }
    }
}
