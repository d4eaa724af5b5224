import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

struct ReleaseTests {
    let farm: ReleasedBinhost

    init() throws { farm = try ReleasedBinhost() }

    @Test func `A release has the packages of its time, whatever becomes of the binhost`() async throws {
        let expat = try await farm.publish("expat-1")
        try await farm.publish("zlib-1")
        let release = try await farm.tag("first")
        #expect(release.packages == 2)
        #expect(release.bytes == (await farm.binhost.holdings.bytes))
        let index = try FileOperations.contents(of: farm.shelf.path(of: "first").appending("Packages"))
        #expect(index == (try FileOperations.contents(of: farm.root.appending("Packages"))))

        #expect(try await farm.binhost.withdraw([expat.path]).count == 1)
        try await farm.publish("expat-1", build: 2)
        #expect(await farm.packages() == ["expat-1-2", "zlib-1-1"])
        #expect(try farm.installable("first") == ["expat-1-1", "zlib-1-1"])
        #expect(try FileOperations.contents(of: farm.shelf.path(of: "first").appending("Packages")) == index)
        #expect(try await farm.binhost.releases(on: farm.shelf) == [release])
    }

    @Test func `Both files of the index are in it, and say the same`() async throws {
        try await farm.publish("expat-1")
        try await farm.tag("first")
        let place = farm.shelf.path(of: "first")
        let unpacked = try await run("/bin/gzip", ["-dc", place.appending("Packages.gz").string])
        #expect(Array(unpacked) == (try FileOperations.contents(of: place.appending("Packages"))))
    }

    @Test func `Files are shared: a release takes no more room for them`() async throws {
        let expat = try await farm.publish("expat-1")
        try await farm.tag("first")
        let here = try FileOperations.status(of: farm.root.appending(expat.path))
        let there = try FileOperations.status(of: farm.shelf.path(of: "first").appending(expat.path))
        #expect(here?.inode == there?.inode)
        #expect(here?.links == 2)
    }

    @Test func `A name is given once, and an empty binhost can be tagged too`() async throws {
        #expect(try await farm.tag("first").packages == 0)
        try await farm.publish("expat-1")
        await #expect(throws: BinhostError.releaseExists(name: "first", farm: "x")) { try await farm.tag("first") }
        #expect(try farm.installable("first") == [])
    }

    @Test(arguments: [
        "", "live", "held", ".hidden", "-x", "a/b", "..", "a b", "a@b", String(repeating: "x", count: 65),
    ])
    func `Names that cannot be a part of a URL are none`(name: String) {
        #expect(!ReleaseShelf.isValid(name))
        #expect(ServedSite("farm@\(name)") == nil)
    }

    @Test func `The list begins with the newest, and what is no release is not in it`() async throws {
        try await farm.tag("b", at: 2_000)
        try await farm.tag("a", at: 3_000)
        try await farm.tag("c", at: 1_000)
        try Directory.create(farm.shelf.directory.appending(".incomplete"))
        try Data().write(to: URL(fileURLWithPath: farm.shelf.directory.appending("notes").string))
        #expect(try await farm.binhost.releases(on: farm.shelf).map(\.name) == ["a", "b", "c"])
    }

    @Test func `A release whose own record is gone is told by its index`() async throws {
        try await farm.publish("expat-1")
        try await farm.tag("first")
        try FileOperations.remove(farm.shelf.path(of: "first").appending(ReleaseShelf.recordName))
        let release = try #require(try await farm.binhost.releases(on: farm.shelf).first)
        #expect(release.name == "first")
        #expect(release.packages == 1)
        #expect(release.created == (await farm.binhost.timestamp) * 1000)
    }

    @Test func `What a dead coordinator left half made is not a release, and goes`() async throws {
        try await farm.publish("expat-1")
        let half = farm.shelf.directory.appending(ReleaseShelf.temporaryName)
        try Directory.create(farm.shelf.directory)
        try Directory.create(half)
        try FileManager.default.copyItem(
            atPath: farm.root.appending("dev-libs").string, toPath: half.appending("dev-libs").string)
        #expect(try await farm.binhost.releases(on: farm.shelf).isEmpty)
        _ = try farm.reopened()
        #expect(!farm.exists(half))
        #expect(try await farm.tag("first").packages == 1)
        // Nor what it had begun to remove.
        try farm.shelf.remove("first")
        #expect(try await farm.binhost.releases(on: farm.shelf).isEmpty)
        #expect(FileOperations.names(in: farm.shelf.directory).count == 1)
        _ = try farm.reopened()
        #expect(FileOperations.names(in: farm.shelf.directory).isEmpty)
    }

    @Test func `A release that cannot be made leaves nothing`() async throws {
        let expat = try await farm.publish("expat-1")
        try FileManager.default.removeItem(atPath: farm.root.appending(expat.path).string)
        await #expect(throws: BinhostError.self) { try await farm.tag("first") }
        #expect(FileOperations.names(in: farm.shelf.directory).isEmpty)
    }

    @Test(.enabled(if: geteuid() == 0, "only root may mount a file system"))
    func `Releases on another file system are refused with what to do`() async throws {
        try await farm.publish("expat-1")
        try Directory.create(farm.shelf.directory)
        try #require(
            try await succeeds("/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", farm.shelf.directory.string]))
        defer { umount2(farm.shelf.directory.string, Int32(MNT_DETACH)) }
        let error = await #expect(throws: BinhostError.self) { try await farm.tag("first") }
        #expect(error?.description.contains("bring both onto one") == true)
    }
}
