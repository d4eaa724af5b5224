import Foundation
import Logging
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// With curl against a real server.
@Suite(.timeLimit(.minutes(2))) struct BinhostServerTests {
    /// A server over a directory with the farm `amd64.opt`: `Packages` and a package of 600,000 bytes.
    struct Site {
        let port: Int
        let farm: FilePath
        let content: [UInt8]

        func get(_ path: String, _ options: String...) async throws -> HTTPSite.Reply {
            try await HTTPSite(port: port).get(path, options)
        }
    }

    private func withSite(_ body: (Site) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let farm = directory.path.appending("farm")
        try Directory.create(farm.appending("a-b/c++/.hidden"))
        try Directory.create(farm.appending(".incomplete"))
        let content = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        func put(_ bytes: [UInt8], _ path: FilePath) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: path.string))
        }
        try put(content, farm.appending("a-b/c++/c++-1-1.gpkg.tar"))
        try put(content, farm.appending("a-b/c++/c++-1-2.xpak"))
        try put(Array("secret".utf8), directory.path.appending("secret"))
        try put([1], farm.appending(".incomplete/Packages"))
        try put([1], farm.appending("a-b/c++/.hidden/x"))
        try put([], farm.appending("empty"))
        try FileManager.default.createSymbolicLink(
            atPath: farm.appending("link").string, withDestinationPath: directory.path.appending("secret").string)
        try FileManager.default.createSymbolicLink(
            atPath: farm.appending("out").string, withDestinationPath: directory.path.string)
        try FileOperations.write(
            Array("VERSION: 0\n".utf8), to: farm.appending("Packages"), modificationTime: 1_700_000_000)

        let served = ServedFarm(
            directory: farm, releases: ReleaseShelf(directory: directory.path.appending("releases")))
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let server = BinhostServer(
            host: "127.0.0.1", port: 0, logger: logger, farms: { ["amd64.opt": served] },
            onRunning: { port.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let number = try #require(await ports.first { _ in true })
            try await body(Site(port: number, farm: farm, content: content))
            group.cancelAll()
        }
    }

    static let package = "/amd64.opt/a-b/c++/c++-1-1.gpkg.tar"

    @Test func filesAreServedWhole() async throws {
        try await withSite { site in
            let reply = try await site.get(Self.package)
            #expect(reply.status == 200)
            #expect(reply.body == site.content)
            #expect(reply.headers["content-length"] == "600000")
            #expect(reply.headers["content-type"] == "application/x-tar")
            #expect(reply.headers["accept-ranges"] == "bytes")
            let immutable = "public, max-age=31536000, immutable"
            #expect(reply.headers["cache-control"] == immutable)
            let xpak = try await site.get("/amd64.opt/a-b/c++/c++-1-2.xpak")
            #expect(xpak.headers["content-type"] == "application/octet-stream")
            #expect(xpak.headers["cache-control"] == immutable)
            #expect(try await site.get("/amd64.opt/a-b/c%2B%2B/c++-1-1.gpkg.tar").body == site.content)
            let index = try await site.get("/amd64.opt/Packages")
            #expect(String(decoding: index.body, as: UTF8.self) == "VERSION: 0\n")
            #expect(index.headers["last-modified"] == "Tue, 14 Nov 2023 22:13:20 GMT")
            #expect(index.headers["content-type"] == "text/plain; charset=utf-8")
            let empty = try await site.get("/amd64.opt/empty")
            #expect((empty.status, empty.headers["content-length"]) == (200, "0"))
            #expect(try await site.get("/").status == 404)
        }
    }

    @Test func headGivesTheHeadersAlone() async throws {
        try await withSite { site in
            let reply = try await site.get(Self.package, "--head")
            #expect(reply.status == 200)
            #expect(reply.headers["content-length"] == "600000")
            #expect(reply.body.isEmpty)
            #expect(try await site.get("/amd64.opt/nothing", "--head").status == 404)
        }
    }

    @Test func rangesAreServed() async throws {
        try await withSite { site in
            for (field, range) in [
                ("0-0", 0..<1), ("5-9", 5..<10), ("599990-", 599_990..<600_000), ("-7", 599_993..<600_000),
                ("1000-500000", 1000..<500_001), ("599999-999999999", 599_999..<600_000),
            ] {
                let reply = try await site.get(Self.package, "-r", field)
                #expect(reply.status == 206)
                #expect(reply.body == Array(site.content[range]))
                #expect(
                    reply.headers["content-range"] == "bytes \(range.lowerBound)-\(range.upperBound - 1)/600000")
            }
            let beyond = try await site.get(Self.package, "-r", "600000-")
            #expect(beyond.status == 416)
            #expect(beyond.headers["content-range"] == "bytes */600000")
            #expect(try await site.get(Self.package, "-r", "0-1,5-6").status == 200)
            let tag = try #require(try await site.get(Self.package, "--head").headers["etag"])
            let same = try await site.get(Self.package, "-r", "0-1", "-H", "If-Range: \(tag)")
            #expect(same.status == 206)
            let changed = try await site.get(Self.package, "-r", "0-1", "-H", "If-Range: \"x\"")
            #expect((changed.status, changed.body.count) == (200, 600_000))
        }
    }

    @Test func anInterruptedDownloadIsContinued() async throws {
        try await withSite { site in
            let part = site.farm.appending("part")
            try Data(site.content[..<123_456]).write(to: URL(fileURLWithPath: part.string))
            let url = "http://127.0.0.1:\(site.port)\(Self.package)"
            #expect(try await succeeds("/usr/bin/curl", ["-s", "-C", "-", "-o", part.string, url]))
            #expect(Array(try Data(contentsOf: URL(fileURLWithPath: part.string))) == site.content)
        }
    }

    @Test func clientsThatHangUpInTheMiddleLeaveNothingOpen() async throws {
        try await withSite { site in
            // More than the kernel takes for a client that reads slowly.
            let large = site.farm.appending("large.gpkg.tar")
            let file = try FileDescriptor.open(large, .writeOnly, options: .create, permissions: .ownerReadWrite)
            try file.closeAfter { try file.resize(to: 256 << 20) }
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        let url = "http://127.0.0.1:\(site.port)/amd64.opt/large.gpkg.tar"
                        return try await succeeds(
                            "/usr/bin/curl",
                            ["-s", "--limit-rate", "64k", "--max-time", "1", "-o", "/dev/null", url])
                    }
                }
                for try await wasWhole in group { #expect(!wasWhole) }
            }
            // Nobody tells when the server has noticed; the suite's limit ends the wait.
            while try Self.descriptors(of: large) > 0 { await Task.yield() }
            #expect(try await site.get(Self.package).body == site.content)
        }
    }

    @Test func threeHundredClientsAtOnceAllGetAllOfIt() async throws {
        try await withSite { site in
            let copies = try TemporaryDirectory()
            let url = "http://127.0.0.1:\(site.port)\(Self.package)?[1-300]"
            let wereServed = try await succeeds(
                "/usr/bin/curl",
                [
                    "-sS", "--fail", "--parallel", "--parallel-immediate", "--parallel-max", "300",
                    "-o", "\(copies.path)/#1", url,
                ])
            #expect(wereServed)
            let names = try Directory.names(in: copies.path)
            #expect(names.count == 300)
            for name in names {
                #expect(try [UInt8](Data(contentsOf: URL(filePath: "\(copies.path)/\(name)"))) == site.content)
            }
        }
    }

    /// Of this process, which is the server's too.
    private static func descriptors(of file: FilePath) throws -> Int {
        try Directory.names(in: "/proc/self/fd").count { name in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) == file.string
        }
    }

    @Test func whatTheClientHasIsNotSentAgain() async throws {
        try await withSite { site in
            func conditional(_ field: String) async throws -> Int {
                try await site.get("/amd64.opt/Packages", "-H", field).status
            }
            #expect(try await conditional("If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT") == 304)
            #expect(try await conditional("If-Modified-Since: Tue, 14 Nov 2023 22:13:19 GMT") == 200)
            #expect(try await conditional("If-Modified-Since: nonsense") == 200)
            let reply = try await site.get("/amd64.opt/Packages")
            let tag = try #require(reply.headers["etag"])
            #expect(try await conditional("If-None-Match: \"a\", W/\(tag)") == 304)
            #expect(try await conditional("If-None-Match: \"a\"") == 200)
            try FileOperations.write(
                Array("VERSION: 0\nA".utf8), to: site.farm.appending("new"), modificationTime: 1_700_000_001)
            try FileOperations.rename(site.farm.appending("new"), to: site.farm.appending("Packages"))
            #expect(try await conditional("If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT") == 200)
            #expect(try await conditional("If-None-Match: \(tag)") == 200)
        }
    }

    @Test func aReleaseIsServedBesideItsFarm() async throws {
        try await withSite { site in
            let place = site.farm.removingLastComponent().appending("releases/2026.11")
            try Directory.create(place.appending("a-b"))
            try FileOperations.write(
                Array("VERSION: 0\nB".utf8), to: place.appending("Packages"), modificationTime: 1_700_000_000)
            try FileOperations.write([1, 2], to: place.appending("a-b/x-1-1.gpkg.tar"), modificationTime: 1)
            try FileOperations.write([1], to: place.appending(".release"), modificationTime: 1)
            for name in ["/amd64.opt@2026.11", "/amd64.opt%402026.11"] {
                #expect(String(decoding: try await site.get("\(name)/Packages").body, as: UTF8.self) == "VERSION: 0\nB")
                #expect(try await site.get("\(name)/a-b/x-1-1.gpkg.tar").body == [1, 2])
            }
            for path in [
                "/amd64.opt@2026.11/.release", "/amd64.opt@none/Packages", "/amd64.opt@/Packages",
                "/amd64.opt@../Packages", "/amd64.opt@.incomplete/Packages", "/amd64.opt@2026.11/../2026.11/Packages",
                "/amd64.opt@live/Packages", "/amd64.opt@2026.11@/Packages", "/none@2026.11/Packages",
            ] {
                #expect(try await site.get(path).status == 404, "\(path)")
            }
        }
    }

    @Test func clientsGetTheirConfigurationWithTheAddressThatTheyUsed() async throws {
        try await withSite { site in
            let path = "/amd64.opt/binrepos.conf"
            let reply = try await site.get(path)
            #expect(
                String(decoding: reply.body, as: UTF8.self) == """
                    # http://127.0.0.1:\(site.port)/amd64.opt/binrepos.conf
                    [amd64.opt]
                    sync-uri = http://127.0.0.1:\(site.port)/amd64.opt
                    verify-signature = false

                    """)
            #expect(reply.headers["content-length"] == String(reply.body.count))
            let named = try await site.get(path, "-H", "Host: head.example.org:8080")
            #expect(
                String(decoding: named.body, as: UTF8.self).contains(
                    "sync-uri = http://head.example.org:8080/amd64.opt\n"))
            for host in ["head/evil", "user@head", "head:99999", "a b"] {
                let refusal = try await site.get(path, "-H", "Host: \(host)")
                #expect(refusal.status == 400, "\(host)")
                #expect(!String(decoding: refusal.body, as: UTF8.self).contains("head"))
            }
            let head = try await site.get(path, "--head")
            #expect((head.status, head.body.isEmpty) == (200, true))
            for path in ["/none/binrepos.conf", "/amd64.opt@none/binrepos.conf", "/amd64.opt/x/binrepos.conf"] {
                #expect(try await site.get(path).status == 404, "\(path)")
            }
        }
    }

    @Test func nothingElseIsReached() async throws {
        try await withSite { site in
            for path in [
                "/amd64.opt/nothing", "/nothing/Packages", "/amd64.opt", "/amd64.opt/", "/amd64.opt/a-b",
                "/amd64.opt/a-b/",
                "/amd64.opt/../secret", "/amd64.opt/%2e%2e/secret", "/amd64.opt/..%2fsecret",
                "/amd64.opt/a-b/../../../secret",
                "/../secret", "/amd64.opt//etc/passwd", "/amd64.opt/%2fetc%2fpasswd", "/amd64.opt/link",
                "/amd64.opt/out/secret", "/amd64.opt/.incomplete/Packages", "/amd64.opt/a-b/c++/.hidden/x",
                "/amd64.opt/Packages%00", "/amd64.opt/Packages%", "/amd64.opt/%ff", "/amd64.opt/Packages/x",
            ] {
                let reply = try await site.get(path)
                #expect(reply.status == 404, "\(path)")
                #expect(!String(decoding: reply.body, as: UTF8.self).contains("secret"), "\(path)")
            }
            #expect(try await site.get("/amd64.opt/Packages", "-X", "DELETE").status >= 400)
        }
    }

    @Test func anIndexThatIsReplacedWhileItIsReadStaysWhole() async throws {
        try await withSite { site in
            let url = "http://127.0.0.1:\(site.port)/amd64.opt/big"
            let old = [UInt8](repeating: 1, count: 8_000_000)
            try FileOperations.write(old, to: site.farm.appending("big"), modificationTime: 1)
            let output = site.farm.appending("output")
            async let done = succeeds(
                "/usr/bin/curl", ["-s", "--limit-rate", "8M", "-o", output.string, url])
            // The first bytes have come: the file is open.
            while (try? FileStatus.size(of: output)) ?? 0 == 0 { try await Task.sleep(for: .milliseconds(5)) }
            try FileOperations.write([2, 2], to: site.farm.appending("new"), modificationTime: 2)
            try FileOperations.rename(site.farm.appending("new"), to: site.farm.appending("big"))
            #expect(try await done)
            #expect(Array(try Data(contentsOf: URL(fileURLWithPath: output.string))) == old)
            #expect(try await site.get("/amd64.opt/big").body == [2, 2])
        }
    }
}
