import Testing

extension EndToEnd {
    /// An image that has packages of the farm installed: one that breaks a cycle, and ones that clients want too.
    struct BaseImageTests {
        private static let ring = [">=faults-ok/ring-b-1", "faults-ok/ring-a"]
        /// @system, and what is installed beside it; ring-b is replaced by the run's own.
        private static let packed = ["faults-ok/chain-a-1", "faults-ok/chain-b-1", "faults-ok/wide-a-1"]

        @Test func `A cycle is built twice and left whole, the base is packed, and a client needs nothing else`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.workers = ["alpha"]
            settings.coverage = ["coverage": "complete", "base": "quickpkg"]
            try await TestFarm.with(settings) { farm in
                let unbroken = try await farm.build(targets: Self.ring)
                #expect(unbroken.resolveError?.kind == "circular-dependency", "\(unbroken)")
                let image = try await ChangedImage.make(
                    of: farm, named: "base",
                    by: """
                        emerge --oneshot --quiet =faults-ok/ring-b-0 faults-ok/chain-b faults-ok/wide-a
                        install -d /etc/portage/profile
                        echo '*faults-ok/wide-a' >>/etc/portage/profile/packages
                        """)
                try await farm.change(to: image)

                try await farm.endCoordinator()
                try await farm.startCoordinator(fault: "before-withdraw:1")
                let number = try await farm.submit(targets: ["--second-pass"] + Self.ring)
                // Killed at the end, over what is to be withdrawn, and again when it begins with that.
                try await farm.waitForCoordinatorsDeath()
                try await farm.endCoordinator()
                try await farm.launchCoordinator(fault: "after-withdraw:1")
                try await farm.waitForCoordinatorsDeath()
                try await farm.endCoordinator()
                try await farm.startCoordinator()
                try await farm.waitForWorkers()
                let run = try await farm.run(number)
                #expect(run.state == "succeeded")
                #expect(run.states == ["published": 6])
                try await expectTwoPasses(farm.plan(run.run))
                let whole = (Self.packed + ["faults-ok/ring-a-1", "faults-ok/ring-b-1"]).sorted()
                try await until("withdrawal of the first ring-a") {
                    try await farm.published() == whole ? true : nil
                }
                #expect(try await farm.index().first { $0["CPV"] == "faults-ok/ring-a-1" }?["BUILD_ID"] == "2")
                try await farm.checkBinhost()
                let log = try await farm.farmctl("logs", "ring-a")
                #expect(log.output.contains("binfarm: installing 1 packages"), "the second one's: \(log.description)")
                try await install(from: farm, whole)
                try await expectSimulation(of: run.run, in: farm)

                let index = try await farm.download("Packages")
                let again = try await farm.build(targets: ["--second-pass"] + Self.ring)
                #expect(again.state == "succeeded")
                #expect(again.states == ["cached": 6])
                #expect(try await farm.download("Packages") == index)
            }
        }

        /// ring-a against the image's ring-b, ring-b with that, ring-a again with the new ring-b; the rest waits for nothing.
        private func expectTwoPasses(_ plan: PlanDocument) throws {
            #expect(
                plan.jobs.map(\.cpv) == ["faults-ok/ring-a-1", "faults-ok/ring-b-1", "faults-ok/ring-a-1"] + Self.packed
            )
            #expect(plan.jobs.map(\.secondPass) == [false, false, true, false, false, false])
            #expect(plan.jobs.map(\.pack) == [false, false, false, true, true, true])
            #expect(plan.jobs.map(\.waitsFor) == [[], [0], [1], [], [], []])
            #expect(plan.jobs.map(\.baseEdges) == [["faults-ok/ring-b-0"], [], [], [], [], []])
        }

        /// Into an empty root: the container's own packages are of no use there.
        private func install(from farm: TestFarm, _ packages: [String]) async throws {
            let result = try await farm.container(
                [
                    "bash", "-euc",
                    """
                    emerge --root=/client --oneshot --getbinpkgonly --quiet @system faults-ok/chain-b \
                        '>=faults-ok/ring-b-1' faults-ok/ring-a >&2
                    cat /client/usr/share/faults-ok/ring-{a,b}
                    cd /client/var/db/pkg
                    ls --directory faults-ok/*
                    """,
                ], environment: ["PORTAGE_BINHOST": farm.url])
            let expected = ["I am ring-b-1", "I am ring-b-1"] + packages
            #expect(
                result.output.split(separator: "\n").map(String.init) == expected,
                "\(result.description)")
        }

        private func expectSimulation(of run: Int64, in farm: TestFarm) async throws {
            let alone = try await farm.simulate(run, slots: 1)
            #expect((alone.jobs, alone.hosts, alone.slots) == (6, 1, 1))
            #expect(alone.work > 0.5, "real builds take longer: \(alone)")
            #expect(abs(alone.makespan - alone.work) < 0.001 && abs(alone.lowerBound - alone.work) < 0.001, "\(alone)")
            #expect(alone.utilisation > 0.999 && alone.utilisation <= 1, "\(alone)")
            let wide = try await farm.simulate(run, slots: 4)
            #expect(wide.work == alone.work && wide.longestPath == alone.longestPath)
            #expect(wide.makespan >= wide.longestPath && wide.makespan < wide.work, "\(wide)")
        }
    }
}
