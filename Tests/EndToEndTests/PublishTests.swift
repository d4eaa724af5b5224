import Foundation
import SystemPackage
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
                let address = "127.0.0.1:\(try FreePorts.find(1)[0])"
                let server = try await Daemon.start(
                    "serve", [farm.program("farmctl"), "serve", copy, "--address", address],
                    log: farm.directory.appending("logs/serve.log"))
                let client: Program.Result
                do {
                    try await until("answer of what serves the copy") {
                        try await Program.run(["curl", "--silent", "--fail", "http://\(address)/Packages"]).isSuccess
                            ? true : nil
                    }
                    client = try await install(farm, from: "http://\(address)")
                } catch {
                    await server.stop()
                    throw error
                }
                await server.stop()
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

        @Test func `An object store has at every time a whole binhost, and a client installs from it`() async throws {
            try await TestFarm.with { farm in
                try await ObjectStore.with(farm) { store in
                    func publish() async throws -> String { try await store.publish(TestFarm.name, to: "farm") }
                    #expect(try await farm.build("faults-ok/chain-a").states == ["published": 1])
                    #expect(try await publish().contains("1 package"))
                    #expect(try await farm.build("faults-ok/chain-b").states.keys.contains("published"))
                    #expect(try await publish().contains("2 packages"))
                    // What is there already is not sent again.
                    #expect(try await publish().contains("nothing new"))
                    let client = try await install(farm, from: "\(store.url)/farm")
                    #expect(client.isSuccess, "\(client.description)")
                    #expect(client.output.contains("chain-a-1\nchain-b-1"), "\(client.output)")
                }
            }
        }

        private func install(_ farm: TestFarm, from binhost: String) async throws -> Program.Result {
            try await farm.container(
                ["bash", "-c", "emerge --oneshot --getbinpkgonly faults-ok/chain-b && ls /var/db/pkg/faults-ok"],
                environment: ["PORTAGE_BINHOST": binhost])
        }
    }
}
