import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    /// A worker without any privilege: podman as a user.
    struct RootlessTests {
        @Test(.enabled(if: !TestEnvironment.isDocker, "docker works for root alone"))
        func `A user who is nobody special builds, in prepared roots too`() async throws {
            var settings = TestFarm.Settings()
            settings.workers = ["alpha"]
            try await TestFarm.with(settings, starts: false) { farm in
                try await farm.startCoordinator()
                // What belongs to the user: the farm's other keys do not.
                let place = farm.file("rootless")
                try FileManager.default.createDirectory(atPath: "\(place)/keys", withIntermediateDirectories: true)
                // Without the engine of the other tests: its storage is root's.
                let text = try String(contentsOfFile: farm.file("alpha.yaml"), encoding: .utf8)
                try farm.write("rootless/alpha.yaml", try #require(text.components(separatedBy: "engine:").first))
                for file in ["keys/alpha.secret", "keys/head.pub"] {
                    try FileManager.default.copyItem(atPath: farm.file(file), toPath: "\(place)/\(file)")
                }
                let tests = FilePath(#filePath).removingLastComponent().removingLastComponent()
                let worker = try await Daemon.start(
                    "alpha",
                    [
                        "\(tests)/Rootless/run", place, "\(place)/home", farm.program("binfarm-worker"), "run",
                        "--config", "alpha.yaml",
                    ], log: farm.directory.appending("logs/alpha.log"))
                do { try await build(farm) } catch {
                    await end(worker)
                    throw error
                }
                await end(worker)
            }
        }

        private func build(_ farm: TestFarm) async throws {
            try await farm.waitForWorkers()
            #expect(try await farm.build("faults-ok/compiled", "faults-ok/chain-b").states == ["published": 3])
            #expect(try await farm.build("faults-ok/chain-c").states == ["published": 1, "cached": 2])
            try await farm.checkBinhost()
            let log = try await farm.farmctl("logs", "faults-ok/chain-c").output
            #expect(log.contains("chain-c"), "\(log)")
            let user = try await Program.demand(["stat", "--format", "%u", farm.file("rootless/workers/alpha")])
            #expect(user != "0\n", "the worker is a user's")
        }

        /// podman leaves a process of its own, which holds the user's namespace.
        private func end(_ worker: Daemon) async {
            await worker.stop()
            _ = try? await Program.run(["pkill", "--signal", "KILL", "--uid", "1977"])
        }
    }
}
