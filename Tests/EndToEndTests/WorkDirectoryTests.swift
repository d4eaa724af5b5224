import Testing

extension EndToEnd {
    /// Where builds work.
    struct WorkDirectoryTests {
        @Test func `What earlier builds tell to be small is built in memory, and on the disk when it is not`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.workers = ["alpha"]
            try await TestFarm.with(settings) { farm in
                let packages = ["faults-ok/workplace", "faults-ok/outgrows"]
                let first = try await farm.build(targets: packages)
                #expect(first.states == ["published": 2])
                #expect(try await !works(in: "tmpfs", farm), "nothing is known of it")
                let used = try await farm.job("faults-ok/workplace", of: first.run).resources?.diskBytes ?? 0
                #expect((4 << 20..<8 << 20).contains(used), "\(used)")

                let second = try await farm.build(targets: packages.flatMap { ["--force", $0] } + packages)
                #expect(second.states == ["published": 2])
                #expect(try await works(in: "tmpfs", farm))
                let again = try await farm.job("faults-ok/workplace", of: second.run).resources?.diskBytes ?? 0
                #expect((4 << 20..<8 << 20).contains(again), "\(again)")
                let log = try await farm.farmctl("logs", "faults-ok/outgrows").output
                #expect(log.contains(">>> binfarm: its work directory found too little memory"), "\(log)")
            }
        }

        private func works(in kind: String, _ farm: TestFarm) async throws -> Bool {
            try await farm.farmctl("logs", "faults-ok/workplace").output.contains("the work directory is \(kind)")
        }
    }
}
