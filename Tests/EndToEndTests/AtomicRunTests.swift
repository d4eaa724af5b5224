import Testing

extension EndToEnd {
    struct AtomicRunTests {
        @Test func `Clients see an atomic run's packages together, when it has succeeded, over a SIGKILL`() async throws
        {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                let before = try await farm.download("Packages")
                let run = try await farm.submitAtomically("@faults-ok", "faults-ok/slow")
                try await farm.log(of: "faults-ok/slow", in: run, says: "second 2 of")
                // Something is published, and nobody sees it.
                try await until("first package") { try await farm.run(run).jobs["published"] ?? 0 > 0 ? true : nil }
                #expect(try await farm.download("Packages") == before)
                let live = try await farm.farmctl("release", "diff", TestFarm.name, "held", "live")
                #expect(live.output.contains("0 removed"), "\(live.description)")
                #expect(live.output.contains("  + faults-ok/"), "\(live.description)")

                try await farm.kill("coordinator")
                try await farm.startCoordinator()
                #expect(try await farm.download("Packages") == before)
                #expect(try await farm.farmctl("status").output.contains("held: faults: clients see what was there"))
                #expect(try await farm.end(of: run).state == "succeeded")
                try await until("packages of the run") {
                    try await farm.published().count == MainPathTests.chain.count + MainPathTests.wide.count + 1
                        ? true : nil
                }
                try await farm.checkBinhost()
                #expect(!(try await farm.farmctl("status").output.contains("held:")))
            }
        }

        /// Where it is killed: the state is held and the run is not committed yet; it is; it has succeeded, and the held
        /// state is on its way out.
        @Test(arguments: ["release-renamed", "before-assign", "release-removed"])
        func `A coordinator that is killed on the way shows the earlier state or the whole run`(place: String)
            async throws
        {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                try await farm.stop("coordinator")
                try await farm.startCoordinator(fault: "\(place):1")
                try await farm.waitForWorkers()
                _ = try await farm.farmctl("submit", TestFarm.name, "--atomic", "faults-ok/wide-b")
                try await farm.waitForCoordinatorsDeath()
                try await farm.startCoordinator()

                if let run = try await farm.status().runs.first, !run.hasEnded {
                    let (seen, status) = (try await farm.published(), try await farm.farmctl("status").output)
                    // It may have ended meanwhile.
                    if try await !farm.run(run.run).hasEnded {
                        #expect(seen == ["faults-ok/wide-a-1"])
                        #expect(status.contains("held: faults"), "\(status)")
                    }
                    #expect(try await farm.end(of: run.run).state == "succeeded")
                }
                let isCommitted = place != "release-renamed"
                let wanted = ["faults-ok/wide-a-1"] + (isCommitted ? ["faults-ok/wide-b-1"] : [])
                try await until("what clients are to see") { try await farm.published() == wanted ? true : nil }
                #expect(!(try await farm.farmctl("status").output.contains("held:")))
                try await farm.checkBinhost()
                #expect(try await farm.build("faults-ok/wide-b").state == "succeeded")
                #expect(try await farm.published() == ["faults-ok/wide-a-1", "faults-ok/wide-b-1"])
            }
        }

        @Test func `What an atomic run that failed has built is not shown, and used by the next one`() async throws {
            try await TestFarm.with { farm in
                let run = try await farm.submitAtomically("faults-ok/wide-a", "faults/compile-error")
                #expect(try await farm.end(of: run).state == "failed")
                #expect(try await farm.published() == [])
                let status = try await farm.farmctl("status").output
                #expect(status.contains("atomic and failed"), "\(status)")

                let next = try await farm.submitAtomically("faults-ok/wide-a")
                let ended = try await farm.end(of: next)
                #expect(ended.states == ["cached": 1])
                try await until("package of the run") {
                    try await farm.published() == ["faults-ok/wide-a-1"] ? true : nil
                }
            }
        }
    }
}

extension TestFarm {
    fileprivate func submitAtomically(_ targets: String...) async throws -> Int64 {
        let result = try await run(["submit", Self.name, "--atomic"] + targets)
        let number = result.output.split(whereSeparator: \.isWhitespace).last.flatMap { Int64($0) }
        return try #require(number, "\(result.description)")
    }
}
