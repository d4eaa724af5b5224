@testable import Binpkgs
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

@Suite struct BinhostTests {
    let directory: TemporaryDirectory
    var root: FilePath { directory.path.appending("binhost") }
    var staged: FilePath { directory.path.appending("staged") }
    static let header = ["ARCH": "amd64", "CHOST": "x86_64-pc-linux-gnu"]

    init() throws { directory = try TemporaryDirectory() }

    private func open(now: Int64 = 1_800_000_000) throws -> Binhost {
        try Binhost(directory: root, header: Self.header, reserve: 0, now: { now })
    }

    private func index() throws -> PackagesIndex {
        let text = String(decoding: try directory.contents("binhost/Packages"), as: UTF8.self)
        return try PackagesIndex(parsing: text, path: "Packages")
    }

    private func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }

    @Test func aPackageIsMovedToItsPlaceAndNamedInTheIndex() async throws {
        let binhost = try open()
        let expected = try GPKGFixture().write(to: staged)
        let published = try await binhost.publish(staged: staged, expected: expected)
        #expect(published.path == "dev-libs/expat/expat-2.5.0-r1-3.gpkg.tar")
        #expect(published.sha256 == expected.sha256)
        #expect(published.slot == "0/2")
        #expect(!exists(staged))
        #expect(try ContentHasher.blob(of: root.appending(published.path)).digest == expected.sha256)
        let entry = try #require(try index().entries.first)
        #expect(entry["SIZE"] == String(expected.size))
        #expect(entry["MD5"].count == 32)
        #expect(entry["SHA1"].count == 40)
        #expect(entry["BUILD_ID"] == "3")
        #expect(entry["RDEPEND"] == ">=sys-libs/zlib-1.2 dev-libs/b:0/2=")
        #expect(try index().header == Self.header)
        #expect(await binhost.packages == [published.asIndexed])
    }

    @Test func bothIndexFilesSayTheSameAndHaveTheirTimestampAsTime() async throws {
        let binhost = try open()
        try await binhost.publish(staged: staged, expected: try GPKGFixture().write(to: staged))
        let unpacked = try await run("/bin/gzip", ["-dc", root.appending("Packages.gz").string])
        #expect(Array(unpacked) == (try directory.contents("binhost/Packages")))
        let timestamp = await binhost.timestamp
        #expect(try index().timestamp == timestamp)
        for name in ["Packages", "Packages.gz"] {
            #expect(try FileStatus.modified(root.appending(name)) == (timestamp, 0))
        }
        #expect(try Directory.names(in: root.appending(Binhost.temporaryName)).isEmpty)
    }

    @Test func theTimestampGrowsWithEachPublicationWhateverTheClockSays() async throws {
        var binhost = try open(now: 1_800_000_000)
        let first = await binhost.timestamp
        for id in 1...3 {
            try await binhost.publish(staged: staged, expected: try write(buildID: id))
            #expect(await binhost.timestamp == first + Int64(id))
        }
        binhost = try open(now: 5)
        try await binhost.publish(staged: staged, expected: try write(buildID: 4))
        #expect(await binhost.timestamp == first + 4)
        #expect(await binhost.packages.map(\.buildID) == [1, 2, 3, 4])
    }

    private func write(buildID: Int) throws -> ExpectedPackage { try GPKGFixture.write(buildID: buildID, to: staged) }

    @Test func theSameFileMayBePublishedAgainAnotherMayNot() async throws {
        let binhost = try open()
        let expected = try GPKGFixture().write(to: staged)
        let first = try await binhost.publish(staged: staged, expected: expected)
        let timestamp = await binhost.timestamp
        // The acknowledgement was lost: with and without the staged file.
        #expect(try await binhost.publish(staged: staged, expected: expected) == first)
        try GPKGFixture().write(to: staged)
        #expect(try await binhost.publish(staged: staged, expected: expected) == first)
        #expect(!exists(staged))
        #expect(await binhost.timestamp == timestamp)

        var other = GPKGFixture()
        other.image.append(1)
        let offered = try other.write(to: staged)
        await #expect(
            throws: BinhostError.pathTaken(
                path: first.path, published: expected.sha256.hex, offered: offered.sha256.hex)
        ) { try await binhost.publish(staged: staged, expected: offered) }
        #expect(exists(staged))
        #expect(try ContentHasher.blob(of: root.appending(first.path)).digest == expected.sha256)
    }

    @Test func whatWasMovedBeforeACrashIsPublishedByTryingAgain() async throws {
        var binhost = try open()
        let expected = try GPKGFixture().write(to: staged)
        let place = root.appending(expected.path)
        try Directory.create(place.removingLastComponent())
        try FileManager.default.moveItem(atPath: staged.string, toPath: place.string)
        try Data([1]).write(to: URL(fileURLWithPath: root.appending(".incomplete/Packages").string))
        binhost = try open()
        #expect(await binhost.packages.isEmpty)
        #expect(!exists(root.appending(".incomplete/Packages")))
        try await binhost.publish(staged: staged, expected: expected)
        #expect(await binhost.packages.count == 1)
        #expect(exists(place))
    }

    @Test func anEntryWithoutItsFileIsDroppedWithAWarning() async throws {
        var binhost = try open()
        for id in 1...2 { try await binhost.publish(staged: staged, expected: try write(buildID: id)) }
        let before = await binhost.timestamp
        try FileManager.default.removeItem(
            atPath: root.appending("dev-libs/expat/expat-2.5.0-r1-1.gpkg.tar").string)
        binhost = try open()
        #expect(binhost.warnings.count == 1)
        #expect(binhost.warnings[0].contains("expat-2.5.0-r1-1.gpkg.tar is missing"))
        #expect(try index().entries.map(\.buildID) == [2])
        #expect(await binhost.timestamp > before)
    }

    @Test func openingAgainChangesNothing() async throws {
        let binhost = try open()
        let published = try await binhost.publish(staged: staged, expected: try GPKGFixture().write(to: staged))
        let files = try (directory.contents("binhost/Packages"), directory.contents("binhost/Packages.gz"))
        let again = try open(now: 1_900_000_000)
        #expect(await again.packages == [published.asIndexed])
        #expect(again.warnings.isEmpty)
        #expect(try (directory.contents("binhost/Packages"), directory.contents("binhost/Packages.gz")) == files)
        // Packages.gz was not renamed before a crash.
        try Data([1]).write(to: URL(fileURLWithPath: root.appending("Packages.gz").string))
        _ = try open(now: 1_900_000_000)
        let unpacked = try await run("/bin/gzip", ["-dc", root.appending("Packages.gz").string])
        #expect(Array(unpacked) == (try directory.contents("binhost/Packages")))
    }

    @Test func aNewHeaderIsANewIndex() async throws {
        let binhost = try open()
        let before = await binhost.timestamp
        try await binhost.setHeader(Self.header)
        #expect(await binhost.timestamp == before)
        try await binhost.setHeader(["ARCH": "arm64"])
        #expect(await binhost.timestamp == before + 1)
        #expect(try index().header == ["ARCH": "arm64"])
    }

    /// What differs from the plan, and the word that the refusal names it by.
    static let differences: [(String, @Sendable (inout ExpectedPackage) throws -> Void)] = [
        ("package", { $0.cpv = try CPV("dev-libs/expat-2.5.0") }), ("SLOT", { $0.slot = "0/3" }),
        ("repository", { $0.repository = "gentoo" }), ("USE", { $0.use = [] }),
        ("USE", { $0.use = ["examples", "test"] }), ("BUILD_ID", { $0.buildID = 4 }),
        ("SHA-256", { $0.sha256 = ContentHasher.digest([1]) }), ("size", { $0.size -= 1 }),
    ]

    @Test(arguments: differences.indices) func aPackageOtherThanPlannedIsRefused(_ number: Int) async throws {
        let (name, change) = Self.differences[number]
        let binhost = try open()
        var expected = try GPKGFixture().write(to: staged)
        try change(&expected)
        let before = try directory.contents("binhost/Packages")
        let error = await #expect(throws: BinhostError.self) {
            try await binhost.publish(staged: staged, expected: expected)
        }
        #expect(error?.description.contains(name) == true)
        #expect(error?.isTransient == false)
        #expect(exists(staged))
        #expect(try directory.contents("binhost/Packages") == before)
        #expect(try Directory.names(in: root) == [".incomplete", "Packages", "Packages.gz"])
    }

    @Test func aDamagedOrForeignFileIsRefused() async throws {
        let binhost = try open()
        var expected = try GPKGFixture().write(to: staged)
        let damaged = Array(try GPKGFixture().bytes().dropLast(3000))
        try Data(damaged).write(to: URL(fileURLWithPath: staged.string))
        (expected.sha256, expected.size) = (ContentHasher.digest(damaged), Int64(damaged.count))
        let error = await #expect(throws: BinhostError.self) {
            try await binhost.publish(staged: staged, expected: expected)
        }
        guard case .invalidPackage = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // A symbolic link is not followed.
        let other = directory.path.appending("other")
        expected = try GPKGFixture().write(to: other)
        try FileManager.default.removeItem(atPath: staged.string)
        try FileManager.default.createSymbolicLink(atPath: staged.string, withDestinationPath: other.string)
        await #expect(throws: BinhostError.self) { try await binhost.publish(staged: staged, expected: expected) }
        #expect(await binhost.packages.isEmpty)
    }

    @Test(.enabled(if: geteuid() == 0, "only root may mount a file system to fill"))
    func aFullDiskIsToldApartAndPublishingGoesOnWhenThereIsRoom() async throws {
        try Directory.create(root)
        try #require(try await succeeds("/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", root.string]))
        defer { umount2(root.string, Int32(MNT_DETACH)) }
        let binhost = try open()
        let expected = try GPKGFixture().write(to: staged)
        let before = try directory.contents("binhost/Packages")
        // `staged` is on another file system: the package has to be copied. First there is no room for anything, then
        // for the index, then for the index and half of the package.
        let ballast = root.appending("ballast")
        for room in [0, 16_384, 65_536] {
            let free = try FileOperations.freeBytes(at: root)
            try Data(repeating: 1, count: Int(free) - room).write(to: URL(fileURLWithPath: ballast.string))
            let error = await #expect(throws: BinhostError.self) {
                try await binhost.publish(staged: staged, expected: expected)
            }
            guard case .noSpace(let path, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(path.hasPrefix(root.string))
            #expect(error?.isTransient == true)
            #expect(exists(staged))
            #expect(try directory.contents("binhost/Packages") == before)
            #expect(try Directory.names(in: root.appending(".incomplete")).isEmpty)
            #expect(await binhost.packages.isEmpty)
            try FileManager.default.removeItem(atPath: ballast.string)
        }
        try await binhost.publish(staged: staged, expected: expected)
        #expect(!exists(staged))
        #expect(try index().entries.count == 1)
    }

    @Test func theReserveIsNotTouched() async throws {
        let free = try {
            try Directory.create(root); return try FileOperations.freeBytes(at: root)
        }()
        let binhost = try Binhost(directory: root, header: [:], reserve: free * 2)
        #expect(try binhost.freeBytes() == 0)
        let expected = try GPKGFixture().write(to: staged)
        let error = await #expect(throws: BinhostError.self) {
            try await binhost.publish(staged: staged, expected: expected)
        }
        guard case .noSpace = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(exists(staged))
    }
}

extension PublishedPackage {
    /// The index does not say what dependents can see.
    var asIndexed: PublishedPackage {
        var package = self
        package.output = nil
        return package
    }
}
