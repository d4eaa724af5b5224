import Foundation
import Testing

extension EndToEnd {
    /// Images that workers cannot have.
    struct LostImageTests {
        @Test
        func
            `An image that is not there, or is none, is the run's reason by name; with the right one the farm goes on`()
            async throws
        {
            try await TestFarm.with(starts: false) { farm in
                let configuration = try String(contentsOfFile: farm.file("coordinator.yaml"), encoding: .utf8)
                let image = "image: \(try #require(TestEnvironment.image))"
                func configure(_ archive: String) throws {
                    try farm.write(archive, "\(archive) is no image")
                    try farm.write(
                        "coordinator.yaml",
                        configuration.replacingOccurrences(of: image, with: "image: \(farm.file(archive))"))
                }
                try configure("first.tar")
                try await farm.start()
                let none = try await farm.build("faults-ok/wide-a")
                #expect(none.state == "failed")
                #expect(none.failure?.reason.contains("cannot be loaded") == true, "\(none)")

                try await farm.stop("coordinator")
                try configure("second.tar")
                try await farm.startCoordinator()
                try await farm.waitForWorkers()
                for worker in farm.settings.workers { _ = try await farm.farmctl("resume", worker) }
                let digest = try await farm.epoch()
                try FileManager.default.removeItem(atPath: farm.file("second.tar"))
                let gone = try await farm.build("faults-ok/wide-a")
                #expect(gone.state == "failed")
                #expect(gone.failure?.reason.contains("there is no file with digest \(digest)") == true, "\(gone)")

                try await farm.stop("coordinator")
                try farm.write("coordinator.yaml", configuration)
                try await farm.startCoordinator()
                try await farm.waitForWorkers()
                for worker in farm.settings.workers { _ = try await farm.farmctl("resume", worker) }
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
            }
        }
    }
}
