import Foundation
import Testing

extension EndToEnd {
    struct LayerTests {
        @Test func `A farm builds only what its upstream has not, and its binhost is whole`() async throws {
            var settings = TestFarm.Settings()
            settings.layer = "layer"
            try await TestFarm.with(settings) { farm in
                #expect(try await farm.build("faults-ok/chain-b").states == ["published": 2])
                let submitted = try await farm.farmctl("submit", "layer", "faults-ok/chain-c", "--wait")
                #expect(submitted.isSuccess, "\(submitted.description)")
                let run = try await farm.run(2)
                #expect(run.states == ["cached": 2, "published": 1])
                let reasons = try await farm.reasons(2)
                #expect(
                    reasons["faults-ok/chain-a-1"]
                        == "cached: faults-ok/chain-a/chain-a-1-1.gpkg.tar (from \(TestFarm.name))")

                // What the upstream loses the layer keeps.
                try FileManager.default.removeItem(atPath: "\(farm.state)/binhosts/\(TestFarm.name)/faults-ok/chain-a")
                let client = try await farm.container(
                    ["bash", "-c", "emerge --oneshot --getbinpkgonly faults-ok/chain-c && ls /var/db/pkg/faults-ok"],
                    environment: ["PORTAGE_BINHOST": "\(farm.site)/layer"])
                #expect(client.isSuccess, "\(client.description)")
                #expect(client.output.contains("chain-a-1\nchain-b-1\nchain-c-1"), "\(client.output)")

                // By its own build keys from now on, after a restart too.
                try await farm.stop("coordinator")
                try await farm.startCoordinator()
                try await farm.waitForWorkers()
                let again = try await farm.farmctl("submit", "layer", "faults-ok/chain-c", "--wait")
                #expect(again.isSuccess, "\(again.description)")
                #expect(try await farm.run(3).states == ["cached": 3])
                #expect(
                    try await farm.reasons(3)["faults-ok/chain-a-1"]
                        == "cached: faults-ok/chain-a/chain-a-1-1.gpkg.tar")
            }
        }
    }
}
