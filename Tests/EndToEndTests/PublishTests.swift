import Foundation
import Testing

extension EndToEnd {
    struct PublishTests {
        @Test func `A client installs from a copy of the binhost, and a release is copied as it is`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/chain-b").states == ["published": 2])
                let copy = farm.file("copy")
                let published = try await farm.farmctl("publish", TestFarm.name, copy, by: "viewer")
                #expect(published.isSuccess, "\(published.description)")
                #expect(published.output.contains("2 packages"), "\(published.description)")
                let client = try await farm.container(
                    ["bash", "-c", "emerge --oneshot --getbinpkgonly faults-ok/chain-b && ls /var/db/pkg/faults-ok"],
                    environment: ["PORTAGE_BINHOST": "file:///copy"], mounting: [copy: "/copy:ro"])
                #expect(client.isSuccess, "\(client.description)")
                #expect(client.output.contains("chain-a-1\nchain-b-1"), "\(client.output)")

                let tagged = try await farm.farmctl("release", "tag", TestFarm.name, "2026.11")
                #expect(tagged.isSuccess, "\(tagged.description)")
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                let released = try await farm.farmctl(
                    "publish", TestFarm.name, farm.file("released"), "--release", "2026.11")
                #expect(released.output.contains("2 packages"), "\(released.description)")
                let missing = try await farm.farmctl("publish", TestFarm.name, copy, "--release", "2026.12")
                #expect(missing.status == 5, "\(missing.description)")
            }
        }
    }
}
