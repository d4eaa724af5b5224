import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    /// Copies of the binhost on other hosts: over ssh, and through a daemon of rsync's.
    struct RemoteCopyTests {
        private static let tests = FilePath(#filePath).removingLastComponent().removingLastComponent()

        @Test func `Over ssh a copy arrives whole; what broke off left the index as it was, and goes on`() async throws
        {
            try await TestFarm.with { farm in
                let place = farm.directory.appending("ssh")
                let port = try FreePorts.find(1)[0]
                try FileManager.default.createDirectory(atPath: place.string, withIntermediateDirectories: true)
                let server = try await Daemon.start(
                    "ssh", ["\(Self.tests)/SSH/run", "\(port)", place.string],
                    log: farm.directory.appending("logs/ssh.log"))
                do {
                    try await whenListening(port, server)
                    try await publish(farm, place, port)
                } catch {
                    await server.stop()
                    throw error
                }
                await server.stop()
            }
        }

        private func publish(_ farm: TestFarm, _ place: FilePath, _ port: UInt16) async throws {
            let copy = place.appending("copies/farm").string
            func publish(connections: Int? = nil) async throws -> Program.Result {
                _ = try await Program.run(["rm", "-f", "\(place)/connections"])
                return try await Program.run(
                    [
                        "env", "RSYNC_RSH=\(Self.tests)/SSH/connect", "SSH_PORT=\(port)", "SSH_DIRECTORY=\(place)",
                        "SSH_CONNECTIONS=\(connections.map { "\($0)" } ?? "")", farm.program("farmctl"), "publish",
                        TestFarm.name, "127.0.0.1:\(copy)", "--config", farm.file("viewer.yaml"),
                    ])
            }
            #expect(try await farm.build("faults-ok/chain-a").states == ["published": 1])
            // It has looked, and sent the packages.
            let broken = try await publish(connections: 2)
            #expect(!broken.isSuccess && broken.errors.contains("the network is gone"), "\(broken.description)")
            #expect(FileManager.default.fileExists(atPath: "\(copy)/faults-ok/chain-a/chain-a-1-1.gpkg.tar"))
            #expect(!FileManager.default.fileExists(atPath: "\(copy)/Packages"))
            let whole = try await publish()
            #expect(whole.isSuccess && whole.output.contains("1 package"), "\(whole.description)")
            try await check(copy, of: farm)

            let before = try String(contentsOfFile: "\(copy)/Packages", encoding: .utf8)
            #expect(try await farm.build("faults-ok/chain-b").states.keys.contains("published"))
            // This time it reads the index there, too.
            let again = try await publish(connections: 3)
            #expect(!again.isSuccess && again.errors.contains("the network is gone"), "\(again.description)")
            #expect(FileManager.default.fileExists(atPath: "\(copy)/faults-ok/chain-b/chain-b-1-1.gpkg.tar"))
            #expect(try String(contentsOfFile: "\(copy)/Packages", encoding: .utf8) == before)
            #expect(try await publish().isSuccess)
            try await check(copy, of: farm)
        }

        @Test func `Through an rsync daemon a copy arrives whole, and its owner can have it pruned`() async throws {
            try await TestFarm.with { farm in
                let port = try FreePorts.find(1)[0]
                let copy = farm.file("copies/farm")
                try FileManager.default.createDirectory(
                    atPath: farm.file("copies"), withIntermediateDirectories: true)
                try farm.write(
                    "rsyncd.conf",
                    """
                    use chroot = no
                    uid = root
                    gid = root
                    [copies]
                    path = \(farm.file("copies"))
                    read only = no

                    """)
                let server = try await Daemon.start(
                    "rsync",
                    [
                        "rsync", "--daemon", "--no-detach", "--address=127.0.0.1", "--port=\(port)",
                        "--config=\(farm.file("rsyncd.conf"))", "--log-file=\(farm.file("logs/rsyncd.log"))",
                    ], log: farm.directory.appending("logs/rsync.log"))
                let destination = "rsync://127.0.0.1:\(port)/copies/farm"
                do {
                    try await whenListening(port, server)
                    #expect(try await farm.build("faults-ok/chain-b").states == ["published": 2])
                    let first = try await farm.farmctl("publish", TestFarm.name, destination, by: "viewer")
                    #expect(first.isSuccess && first.output.contains("2 packages"), "\(first.description)")
                    try await check(copy, of: farm)
                    // Of a name that no index of this farm's has.
                    let stray = "\(copy)/faults-ok/chain-a/chain-a-1-9.gpkg.tar"
                    try Data("stray".utf8).write(to: URL(filePath: stray))
                    let pruned = try await farm.farmctl("publish", TestFarm.name, destination, "--prune", by: "viewer")
                    #expect(pruned.isSuccess, "\(pruned.description)")
                    #expect(!FileManager.default.fileExists(atPath: stray))
                    try await check(copy, of: farm)
                } catch {
                    await server.stop()
                    throw error
                }
                await server.stop()
            }
        }

        private func whenListening(_ port: UInt16, _ server: Daemon) async throws {
            try await until("answer at port \(port)") {
                if !server.isRunning { throw HarnessError("\(server.name) has ended") }
                return try await Program.run(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"]).isSuccess
                    ? true : nil
            }
        }

        /// It has the farm's index, and the packages that this names, byte for byte.
        private func check(_ copy: String, of farm: TestFarm) async throws {
            #expect(try await farm.download("Packages") == String(contentsOfFile: "\(copy)/Packages", encoding: .utf8))
            for entry in try await farm.index() {
                let path = try #require(entry["PATH"])
                let sum = try await Program.demand(["sha1sum", "\(copy)/\(path)"])
                #expect(sum.hasPrefix(try #require(entry["SHA1"])), "\(path)")
            }
        }
    }
}
