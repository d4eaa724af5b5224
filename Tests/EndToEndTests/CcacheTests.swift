import Foundation
import Testing

extension EndToEnd {
    /// Compiler caches, which a farm may ask for.
    struct CcacheTests {
        @Test func `What was compiled once is not compiled again, and what fails with the cache is built without`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.workers = ["alpha"]
            settings.coverage["ccache"] = "100MiB"
            try await TestFarm.with(settings) { farm in
                let first = try await farm.build("faults-ok/compiled", "faults-ok/no-ccache")
                #expect(first.states == ["published": 2])
                #expect(try await statistics(of: "faults-ok/compiled", farm).hits == 0)
                let log = try await farm.farmctl("logs", "faults-ok/no-ccache").output
                #expect(log.contains(">>> binfarm: building without ccache faults-ok/no-ccache-1"))

                let second = try await farm.build(targets: ["--force", "faults-ok/compiled", "faults-ok/compiled"])
                #expect(second.states == ["published": 1])
                #expect(try await statistics(of: "faults-ok/compiled", farm) == (10, 10))
                #expect(try caches(farm).count == 1)

                // Another compiler, as far as anybody can see.
                let image = try await ChangedImage.make(
                    of: farm, named: "toolchain", by: "touch $(gcc -print-prog-name=cc1)")
                try await farm.change(to: image)
                let third = try await farm.build(targets: ["--force", "faults-ok/compiled", "faults-ok/compiled"])
                #expect(third.states == ["published": 1])
                #expect(try await statistics(of: "faults-ok/compiled", farm) == (0, 10))
                let both = try caches(farm)
                #expect(both.count == 2, "\(both)")
            }
        }

        private func caches(_ farm: TestFarm) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: farm.file("workers/alpha/ccache/caches"))
        }

        /// Of the package's newest build: calls that were found in the cache, and all that can be.
        private func statistics(of package: String, _ farm: TestFarm) async throws -> (hits: Int, all: Int) {
            let archive = farm.file("left.tar.gz")
            let report = try await farm.farmctl("report", package, "--files", archive)
            #expect(report.isSuccess, "\(report)")
            let text = try await Program.run(["tar", "-xzOf", archive, "./ccache.txt"]).output
            let numbers = try #require(text.firstMatch(of: /Hits: +([0-9]+) \/ +([0-9]+)/), "\(text)")
            return (try #require(Int(numbers.1)), try #require(Int(numbers.2)))
        }
    }
}
