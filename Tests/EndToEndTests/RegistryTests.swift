import Foundation
import Testing

extension EndToEnd {
    /// Images of farms on their way to workers through a registry.
    struct RegistryTests {
        private static let path = "hep/images"

        @Test
        func
            `The coordinator copies its images to the registry, workers pull from there, and without it they come as files`()
            async throws
        {
            try await TestFarm.with(starts: false) { farm in
                try await LocalRegistry.with(farm) { registry in
                    let configuration = try String(contentsOfFile: farm.file("coordinator.yaml"), encoding: .utf8)
                    try farm.write(
                        "coordinator.yaml", configuration + "\nregistry: \(registry.host)/\(Self.path)\n")
                    try await farm.start()
                    let epoch = try await farm.epoch()
                    try await until("image in the registry") {
                        try farm.output(of: "coordinator").contains("an image is in the registry") ? true : nil
                    }
                    #expect(try await registry.tags(Self.path) == [epoch])

                    try await lose(epoch)
                    #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                    #expect(try said(farm, "image pulled") > 0)
                    #expect(try said(farm, "fetching image") == 0)

                    // It knows from its earlier life what it has sent.
                    try await farm.stop("coordinator")
                    try await farm.startCoordinator()
                    try await until("image in the registry, again") {
                        let lines = try farm.output(of: "coordinator").split(separator: "\n")
                        return lines.count { $0.contains("an image is in the registry") } == 2 ? true : nil
                    }
                    let sent = try farm.output(of: "registry").split(separator: "\n")
                        .count { $0.contains("\"PUT /v2/\(Self.path)/manifests/") }
                    #expect(sent == 1)

                    await registry.stop()
                    try await lose(epoch)
                    #expect(try await farm.build("faults-ok/wide-b").states == ["published": 1])
                    #expect(try said(farm, "an image cannot be pulled; it comes from the coordinator") > 0)
                    #expect(try said(farm, "image loaded") > 0)
                }
            }
        }

        /// The engine has it no more by the name that workers know.
        private func lose(_ epoch: String) async throws {
            try await Program.demand(
                TestEnvironment.engineCommand + ["rmi", "--force", "localhost/binfarm-epoch:\(epoch)"])
        }

        private func said(_ farm: TestFarm, _ text: String) throws -> Int {
            try farm.settings.workers.reduce(0) { count, worker in
                count + (try farm.output(of: worker).split(separator: "\n").count { $0.contains(text) })
            }
        }
    }
}
