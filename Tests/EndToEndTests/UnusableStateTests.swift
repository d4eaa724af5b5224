import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    /// A coordinator whose database cannot be used says so, names it, ends, and leaves everything as it is.
    struct UnusableStateTests {
        @Test func `A newer, a damaged and a read-only database are named and left alone`() async throws {
            var settings = TestFarm.Settings()
            settings.workers = ["alpha"]
            let disk = TestEnvironment.directory.appending("state-disk")
            try await withDisk(disk.string) {
                settings.state = disk.appending("state")
                try await TestFarm.with(settings, starts: false) { farm in
                    try await farm.startCoordinator()
                    try await farm.stop("coordinator")
                    let file = disk.appending("state/coordinator.sqlite").string
                    let good = try Data(contentsOf: URL(filePath: file))

                    var newer = good
                    let known = try #require(newer.range(of: Data("3: workers".utf8)))
                    newer.replaceSubrange(known, with: Data("3: strange".utf8))
                    try newer.write(to: URL(filePath: file))
                    try await expectRefusal(farm, saying: ["coordinator.sqlite", "newer binfarm"])

                    var damaged = good
                    let middle = good.count / 4096 / 2 * 4096
                    damaged.replaceSubrange(middle..<middle + 4096, with: Data(repeating: 0xAA, count: 4096))
                    try damaged.write(to: URL(filePath: file))
                    try await expectRefusal(farm, saying: ["coordinator.sqlite", "damaged"])

                    try good.write(to: URL(filePath: file))
                    try await Program.demand(["mount", "-o", "remount,ro", disk.string])
                    try await expectRefusal(farm, saying: [disk.string, "Read-only"])
                    try await Program.demand(["mount", "-o", "remount,rw", disk.string])
                    try await farm.startCoordinator()
                }
            }
        }

        private func expectRefusal(
            _ farm: TestFarm, saying words: [String], sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let before = try contents(farm)
            let result = try await Program.run(
                ["timeout", "20", farm.program("binfarm-coordinator"), "--config", farm.file("coordinator.yaml")])
            #expect(result.status == 1, "\(result.description)", sourceLocation: sourceLocation)
            for word in words {
                #expect(result.errors.contains(word), "\(result.description)", sourceLocation: sourceLocation)
            }
            #expect(try contents(farm) == before, sourceLocation: sourceLocation)
        }

        /// The database and all beside it, by name.
        private func contents(_ farm: TestFarm) throws -> [String: Data] {
            let names = try FileManager.default.contentsOfDirectory(atPath: farm.state.string)
            return Dictionary(
                uniqueKeysWithValues: try names.filter { $0.hasPrefix("coordinator.sqlite") }.map { name in
                    (name, try Data(contentsOf: URL(filePath: farm.state.appending(name).string)))
                })
        }

        private func withDisk(_ path: String, _ body: () async throws -> Void) async throws {
            try await Program.demand(["mkdir", "-p", path])
            try await Program.demand(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", path])
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            try await Program.demand(["umount", "--lazy", path])
            try result.get()
        }
    }
}
