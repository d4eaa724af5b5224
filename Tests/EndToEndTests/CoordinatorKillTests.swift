import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// A coordinator that is killed again and again while real workers build.
    struct CoordinatorKillTests {
        /// Where the coordinator kills itself: each place between what is committed, done and said.
        static let points = [
            "before-assign", "sent-assign", "package-stored", "before-plan", "after-plan", "before-settle",
            "sent-settle", "before-publish", "after-publish", "package-moved", "package-indexed", "package-published",
            "before-commit", "after-commit", "before-persist", "after-persist", "before-welcome", "sent-welcome",
            "before-answer", "after-answer",
        ]
        /// Of a farm that signs.
        static let signingPoints = [
            "package-stored", "package-signed", "package-moved", "package-indexed", "package-published",
        ]

        @Test func `Killed between any commit and what follows it, it loses nothing and does nothing twice`()
            async throws
        {
            try await expectNothingLost(at: Self.points, TestFarm.Settings())
        }

        @Test func `A farm that signs loses nothing either, and no package is signed into two published files`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.signs = true
            try await expectNothingLost(at: Self.signingPoints, settings)
        }

        private func expectNothingLost(at points: [String], _ settings: TestFarm.Settings) async throws {
            var open = points
            // What never came in one run comes in the next.
            for _ in 1...4 where !open.isEmpty {
                try await withRun(settings) { farm, run in
                    var next = 0
                    while next < open.count, try await !farm.hasEnded(run) {
                        try await farm.endCoordinator()
                        try await farm.launchCoordinator(fault: "\(open[next]):1")
                        while await farm.coordinatorRuns, try await !farm.hasEnded(run) {
                            await farm.endOfCoordinator(orOf: run)
                        }
                        // What did not come before the run's end is tried again.
                        if await farm.coordinatorRuns { next += 1 } else { open.remove(at: next) }
                    }
                }
            }
            #expect(open == [], "never passed")
        }

        @Test func `Killed around taking a build back, it has it taken back when it has come again`() async throws {
            try await TestFarm.with { farm in
                for point in ["before-revoke", "sent-revoke"] {
                    try await farm.endCoordinator()
                    try await farm.startCoordinator(fault: "\(point):1")
                    try await farm.waitForWorkers()
                    let run = try await farm.submit("faults-ok/slow")
                    try await farm.log(of: "faults-ok/slow", in: run, says: "second 2 of")
                    _ = try await farm.farmctl("cancel", "\(run)", "--timeout", "1")
                    try await farm.waitForCoordinatorsDeath()
                    try await farm.endCoordinator()
                    try await farm.startCoordinator()
                    #expect(try await farm.end(of: run).state == "cancelled")
                    try await until("end of all containers") { try await farm.containers().isEmpty ? true : nil }
                    #expect(try await farm.published() == [])
                }
                #expect(try await farm.build("faults-ok/wide-a").state == "succeeded", "the slots are free again")
            }
        }

        /// Ten kills in each round.
        static let rounds = max(
            1, (ProcessInfo.processInfo.environment["BINFARM_TEST_KILLS"].flatMap { Int($0) } ?? 10) / 10)

        @Test(arguments: 1...rounds)
        func `Killed at random, it loses nothing and does nothing twice`(round: Int) async throws {
            var kills = 0
            while kills < 10 {
                try await withRun { farm, run in
                    while kills < 10, try await !farm.hasEnded(run) {
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0...2500)))
                        try await farm.endCoordinator()
                        kills += 1
                        try await farm.launchCoordinator()
                    }
                }
            }
        }

        /// Gives a run of a fresh farm to the body, which may kill the coordinator; then lets the run end and compares it
        /// with one in which nothing was killed.
        private func withRun(
            _ settings: TestFarm.Settings = TestFarm.Settings(), _ body: (TestFarm, Int64) async throws -> Void
        ) async throws {
            try await TestFarm.with(settings) { farm in
                let run = try await farm.submit("faults-ok/slow", "@faults-ok")
                try await body(farm, run)
                try await farm.endCoordinator()
                try await farm.startCoordinator()
                #expect(try await farm.end(of: run).state == "succeeded")

                let expected = MainPathTests.chain + ["faults-ok/slow-1"] + MainPathTests.wide
                #expect(try await farm.published() == expected)
                try await farm.checkBinhost()
                let jobs = try await farm.jobs(run).filter { !$0.isResolving }
                #expect(jobs.map(\.cpv).sorted() == expected)
                #expect(jobs.allSatisfy { $0.state == "published" }, "\(jobs)")
                // An attempt whose assignment died with the coordinator was never begun; what was begun was kept.
                #expect(try farm.begunBuilds() == expected)
            }
        }
    }
}

extension TestFarm {
    /// Kills the coordinator if it still runs.
    func endCoordinator() async throws { try await kill("coordinator") }

    /// Comes back when the coordinator has ended, or says that the run has.
    func endOfCoordinator(orOf run: Int64) async {
        guard let coordinator else { return }
        let watch = Task { try await farmctl("status", "--watch", "--run", "\(run)") }
        // It lasts as long as the coordinator, and harms nothing then.
        Task {
            _ = try? await coordinator.status
            watch.cancel()
        }
        _ = try? await watch.value
    }

    /// Whether the run has ended, as far as a coordinator says so now.
    func hasEnded(_ run: Int64) async throws -> Bool {
        guard coordinatorRuns else { return false }
        let result = try await farmctl("status", "--run", "\(run)", "--json", "--timeout", "1")
        guard result.isSuccess else { return false }
        let document: StatusDocument = try StatusDocument(json: result.output)
        return document.runs.first?.hasEnded == true
    }

    /// The packages whose build any worker began, each as often as it was begun.
    nonisolated func begunBuilds() throws -> [String] {
        try settings.workers.flatMap { worker in
            try String(contentsOfFile: file("logs/\(worker).log"), encoding: .utf8).split(separator: "\n")
                .filter { $0.hasSuffix(" started") }
                .compactMap { line in line.split(separator: " ").first { $0.hasPrefix("task=") }?.dropFirst(5) }
                .map(String.init).filter { $0.hasPrefix("faults-ok/") }
        }.sorted()
    }
}
