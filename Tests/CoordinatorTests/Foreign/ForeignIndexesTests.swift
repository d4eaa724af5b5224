@testable import Binpkgs
import Foundation
import Logging
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// The last known indexes of binhosts of others.
struct ForeignIndexesTests {
    let directory: TemporaryDirectory
    let catalogue = BlobCatalogue()
    private var site: FilePath { directory.path.appending("site") }
    private var binhost: ForeignBinhost { ForeignBinhost(address: "file://\(site)") }

    init() throws {
        directory = try TemporaryDirectory()
        try Directory.create(site)
    }

    private func open(_ binhosts: [ForeignBinhost]? = nil) throws -> ForeignIndexes {
        try ForeignIndexes(
            directory: directory.path.appending("upstreams"), of: binhosts ?? [binhost], catalogue: catalogue,
            logger: Logger(label: "test"))
    }

    /// An index that tells itself from others by a word.
    private static func index(_ word: String) -> String { "TIMESTAMP: 1\nVERSION: 0\nWORD: \(word)\n\n" }

    private func put(_ word: String, _ name: String = "Packages", in site: FilePath? = nil) throws {
        try put(Array(Self.index(word).utf8), name, in: site)
    }

    private func put(_ bytes: [UInt8], _ name: String, in site: FilePath? = nil) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: (site ?? self.site).appending(name).string))
    }

    private func texts(_ indexes: ForeignIndexes, of binhosts: [ForeignBinhost]? = nil) throws -> [String] {
        try indexes.current(binhosts ?? [binhost]).map { blob in
            let path = try #require(catalogue.path(of: blob.digest))
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path.string)), as: UTF8.self)
            return text.split(separator: "\n").last.map { String($0.dropFirst("WORD: ".count)) } ?? ""
        }
    }

    @Test func `The compressed one is preferred, and the newest is what workers get`() async throws {
        let indexes = try open()
        #expect(try texts(indexes).isEmpty)
        try put("plain")
        await indexes.refresh([binhost], within: .seconds(20))
        #expect(try texts(indexes) == ["plain"])
        try put("compressed", "Packages.gz")
        await indexes.refresh([binhost], within: .seconds(20))
        #expect(try texts(indexes) == ["compressed"])
        let digest = try #require(indexes.current([binhost]).first).digest
        let signed = ForeignBinhost(address: binhost.address, keys: "gnupg")
        #expect(indexes.binhost(of: digest, among: [signed]) == signed)
        // A graph that was resolved with it may still come.
        #expect(indexes.binhost(of: ContentHasher.digest(Array(Self.index("plain").utf8)), among: [binhost]) == binhost)
        #expect(indexes.binhost(of: digest, among: [ForeignBinhost(address: "file:///elsewhere")]) == nil)
    }

    @Test func `Of one that is not reached the last known stays, after a restart too; a damaged copy does not`()
        async throws
    {
        try put("known")
        await (try open()).refresh([binhost], within: .seconds(20))
        try FileManager.default.removeItem(atPath: site.string)
        let indexes = try open()
        await indexes.refresh([binhost], within: .seconds(20))
        #expect(try texts(indexes) == ["known"])

        let blob = try #require(indexes.current([binhost]).first)
        let copy = try #require(catalogue.path(of: blob.digest))
        try Data("cut".utf8).write(to: URL(fileURLWithPath: copy.string))
        #expect(try texts(open()).isEmpty)
    }

    @Test func `What is no index, or cut, does not take the place of one that was`() async throws {
        let indexes = try open()
        try put("known")
        await indexes.refresh([binhost], within: .seconds(20))
        let packed = try Gzip.compress(Array(Self.index(String(repeating: "word ", count: 10_000)).utf8))
        let others = [
            Array("<html>Please sign in</html>\n".utf8), Array("VERSION: 99\nTIMESTAMP: 1\n\n".utf8), [1, 2, 3],
            Array(packed.prefix(packed.count / 2)),
        ]
        for bytes in others {
            try put(bytes, "Packages.gz")
            await indexes.refresh([binhost], within: .seconds(20))
            #expect(try texts(indexes) == ["known"])
        }
    }

    @Test func `Only a few of each are kept`() async throws {
        let indexes = try open()
        for number in 1...6 {
            try put("\(number)")
            await indexes.refresh([binhost], within: .seconds(20))
        }
        let place = try #require(catalogue.path(of: ContentHasher.digest(Array(Self.index("6").utf8))))
            .removingLastComponent()
        #expect(try Directory.names(in: place).count == 3)
        #expect(try texts(indexes) == ["6"])
    }

    @Test func `Two that have the same index are looked into once, in their order`() async throws {
        let other = directory.path.appending("other")
        try Directory.create(other)
        let both = [binhost, ForeignBinhost(address: "file://\(other)")]
        let indexes = try open(both)
        try put("same")
        try put("same", in: other)
        await indexes.refresh(both, within: .seconds(20))
        #expect(try texts(indexes, of: both) == ["same"])
        try put("another", in: other)
        await indexes.refresh(both, within: .seconds(20))
        #expect(try texts(indexes, of: both) == ["same", "another"])
        #expect(try texts(indexes, of: both.reversed()) == ["another", "same"])
    }

    @Test func `A server says by its tag that nothing is new`() async throws {
        try put("served")
        try await withServer { port in
            let served = ForeignBinhost(address: "http://127.0.0.1:\(port)/x")
            let indexes = try open([served])
            await indexes.refresh([served], within: .seconds(20))
            #expect(try texts(indexes, of: [served]) == ["served"])
            let digest = try #require(indexes.current([served]).first).digest
            let place = try #require(catalogue.path(of: digest)).removingLastComponent()
            let file = place.appending(digest.hex)
            let before = try FileOperations.status(of: file)?.inode
            await indexes.refresh([served], within: .seconds(20))
            // Fetched again it would be another file.
            #expect(try FileOperations.status(of: file)?.inode == before)
            #expect(try texts(indexes, of: [served]) == ["served"])
            try put("served anew")
            await indexes.refresh([served], within: .seconds(20))
            #expect(try texts(indexes, of: [served]) == ["served anew"])
        }
    }

    private func withServer(_ body: (Int) async throws -> Void) async throws {
        let served = ServedFarm(directory: site, releases: ReleaseShelf(directory: directory.path.appending("none")))
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let server = BinhostServer(
            host: "127.0.0.1", port: 0, logger: logger, farms: { ["x": served] }, onRunning: { port.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let number = try #require(await ports.first { _ in true })
            try await body(number)
            group.cancelAll()
        }
    }
}
