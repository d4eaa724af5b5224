import Foundation
import Testing

extension EndToEnd {
    /// A binhost that is known by nothing but its address and its keys.
    struct ForeignBinhostTests {
        private static func settings(signs: Bool) -> TestFarm.Settings {
            var settings = TestFarm.Settings()
            settings.signs = signs
            settings.layer = "layer"
            settings.layerIsForeign = true
            return settings
        }

        private func installs(_ farm: TestFarm) async throws {
            let client = try await farm.container(
                ["bash", "-c", "emerge --oneshot --getbinpkgonly faults-ok/chain-c && ls /var/db/pkg/faults-ok"],
                environment: ["PORTAGE_BINHOST": "\(farm.site)/layer"])
            #expect(client.isSuccess, "\(client.description)")
            #expect(client.output.contains("chain-a-1\nchain-b-1\nchain-c-1"), "\(client.output)")
        }

        @Test func `What it has in the wanted form is fetched, and the rest is built with it`() async throws {
            try await TestFarm.with(Self.settings(signs: true)) { farm in
                #expect(try await farm.build("faults-ok/chain-b").states == ["published": 2])
                let submitted = try await farm.farmctl("submit", "layer", "faults-ok/chain-c", "--wait")
                #expect(submitted.isSuccess, "\(submitted.description)")
                #expect(try await farm.run(2).states == ["cached": 2, "published": 1])
                #expect(
                    try await farm.reasons(2)["faults-ok/chain-a-1"]
                        == "cached: faults-ok/chain-a/chain-a-1-1.gpkg.tar (from \(farm.url))")

                // They are the farm's own from now on: after a restart, when the binhost is gone, and for its clients, which
                // know nothing of the other's key.
                try await farm.stop("coordinator")
                try FileManager.default.removeItem(atPath: "\(farm.state)/binhosts/\(TestFarm.name)")
                try await farm.startCoordinator()
                try await farm.waitForWorkers()
                let again = try await farm.farmctl("submit", "layer", "faults-ok/chain-c", "--wait")
                #expect(again.isSuccess, "\(again.description)")
                #expect(try await farm.run(3).states == ["cached": 3])
                try await installs(farm)
            }
        }

        @Test func `What nobody trusted has signed is built`() async throws {
            try await TestFarm.with(Self.settings(signs: false)) { farm in
                #expect(try await farm.build("faults-ok/chain-b").states == ["published": 2])
                let submitted = try await farm.farmctl("submit", "layer", "faults-ok/chain-c", "--wait")
                #expect(submitted.isSuccess, "\(submitted.description)")
                #expect(try await farm.run(2).states == ["published": 3])
                #expect(try farm.output(of: "coordinator").contains("it is not signed, and the signatures of"))
                try await installs(farm)
            }
        }

        @Test func `A binhost that cannot be reached is as good as empty`() async throws {
            var settings = Self.settings(signs: false)
            settings.foreignAddress = "http://127.0.0.1:1/nothing"
            try await TestFarm.with(settings) { farm in
                let submitted = try await farm.farmctl("submit", "layer", "faults-ok/chain-a", "--wait")
                #expect(submitted.isSuccess, "\(submitted.description)")
                #expect(try await farm.run(1).states == ["published": 1])
                #expect(try farm.output(of: "coordinator").contains("http://127.0.0.1:1/nothing"))
            }
        }
    }
}
