@testable import Binpkgs
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

@Suite struct SignedPublicationTests {
    let directory: TemporaryDirectory
    var root: FilePath { directory.path.appending("binhost") }
    var staged: FilePath { directory.path.appending("staged") }
    static let path = "dev-libs/expat/expat-2.5.0-r1-3.gpkg.tar"
    var place: FilePath { root.appending(Self.path) }

    init() throws { directory = try TemporaryDirectory() }

    private func open() throws -> Binhost { try Binhost(directory: root, reserve: 0, now: { 1_800_000_000 }) }

    private func index() throws -> PackagesIndex {
        let text = String(decoding: try directory.contents("binhost/Packages"), as: UTF8.self)
        return try PackagesIndex(parsing: text, path: "Packages")
    }

    private func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }

    private func members(_ path: FilePath) async throws -> [String] {
        String(decoding: try await run("/bin/tar", ["tf", path.string]), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    private func text(_ member: String, of path: FilePath) async throws -> Data {
        try await run("/bin/tar", ["xOf", path.string, "expat-2.5.0-r1-3/\(member)"])
    }

    @Test func `A published package has its signatures where Portage has them, and the same content`() async throws {
        let made = try await ThrowawayKey.make()
        let binhost = try open()
        let expected = try GPKGFixture().write(to: staged)
        let original = directory.path.appending("original")
        try FileManager.default.copyItem(atPath: staged.string, toPath: original.string)
        let published = try await binhost.publish(
            staged: staged, expected: expected, signer: PackageSigner(key: made.key))

        #expect(
            try await members(place)
                == ["gpkg-1", "metadata.tar.gz", "metadata.tar.gz.sig", "image.tar", "image.tar.sig", "Manifest"]
                .map { "expat-2.5.0-r1-3/\($0)" })
        for name in ["gpkg-1", "metadata.tar.gz", "image.tar"] {
            #expect(try await text(name, of: place) == text(name, of: original), "\(name)")
        }
        for name in ["metadata.tar.gz", "image.tar"] {
            let files = [name, name + ".sig"].map { directory.path.appending($0).string }
            try await text(name, of: place).write(to: URL(fileURLWithPath: files[0]))
            try await text(name + ".sig", of: place).write(to: URL(fileURLWithPath: files[1]))
            #expect(
                try await succeeds(
                    "/usr/bin/gpg",
                    ["--homedir", made.key.home.string, "--quiet", "--verify", files[1], files[0]]), "\(name)")
        }
        let manifest = try await text("Manifest", of: place)
        #expect(try await made.key.verifies(Array(manifest)))
        let lines = String(decoding: manifest, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("DATA ") }
        #expect(
            lines.map { $0.split(separator: " ")[1] }
                == ["gpkg-1", "metadata.tar.gz", "metadata.tar.gz.sig", "image.tar", "image.tar.sig"])
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            let content = Array(try await text(words[1], of: place))
            #expect(words[2] == String(content.count))
            #expect(words[3...4] == ["BLAKE2B", BLAKE2b.digest(content).hex])
            #expect(words[5] == "SHA512")
        }

        let file = try ContentHasher.blob(of: place)
        #expect((published.sha256, published.size) == (file.digest, file.size))
        #expect(published.sha256 != expected.sha256)
        #expect(published.isSigned)
        let entry = try #require(try index().entries.first)
        #expect(entry["SIZE"] == String(file.size))
        #expect(entry.sha256 == file.digest.hex)
        #expect(entry.signedFrom == expected.sha256.hex)
        #expect(!exists(staged))
        #expect(try Directory.names(in: root.appending(Binhost.temporaryName)).isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.removingLastComponent().string).count == 1)
    }

    @Test func `What dependents see of it is the same as unsigned`() async throws {
        let made = try await ThrowawayKey.make()
        var fixture = GPKGFixture()
        fixture.packedImage = (".gz", try Gzip.compress(GPKGFixture.tar([.init(name: "image/usr/a", content: [1])])))
        let unsigned = try Binhost(directory: directory.path.appending("other"), reserve: 0)
        let plain = try await unsigned.publish(staged: staged, expected: try fixture.write(to: staged))
        let signed = try await open().publish(
            staged: staged, expected: try fixture.write(to: staged), signer: PackageSigner(key: made.key))
        #expect(signed.output != nil)
        #expect(signed.output == plain.output)
    }

    @Test func `Published again it stays the file that it is, with and without the staged one`() async throws {
        let made = try await ThrowawayKey.make()
        let signer = PackageSigner(key: made.key)
        var binhost = try open()
        let expected = try GPKGFixture().write(to: staged)
        let first = try await binhost.publish(staged: staged, expected: expected, signer: signer)
        let bytes = try directory.contents("binhost/\(Self.path)")
        #expect(try await binhost.publish(staged: staged, expected: expected, signer: signer) == first)
        binhost = try open()
        try GPKGFixture().write(to: staged)
        #expect(try await binhost.publish(staged: staged, expected: expected, signer: signer) == first)
        #expect(!exists(staged))
        // The farm may have been told since not to sign.
        #expect(try await binhost.publish(staged: staged, expected: expected, signer: nil) == first)
        #expect(try directory.contents("binhost/\(Self.path)") == bytes)

        var other = GPKGFixture()
        other.image.append(1)
        let offered = try other.write(to: staged)
        await #expect(
            throws: BinhostError.pathTaken(
                path: Self.path, published: expected.sha256.hex, offered: offered.sha256.hex)
        ) { try await binhost.publish(staged: staged, expected: offered, signer: signer) }
    }

    @Test func `A copy that is in its place but in no index is taken as it is, not signed a second time`() async throws
    {
        let made = try await ThrowawayKey.make()
        let signer = PackageSigner(key: made.key)
        let expected = try GPKGFixture().write(to: staged)
        let before = try open()
        try Directory.create(place.removingLastComponent())
        try await signer.sign(staged, to: place)
        let bytes = try directory.contents("binhost/\(Self.path)")
        #expect(await before.packages.isEmpty)

        let binhost = try open()
        let published = try await binhost.publish(staged: staged, expected: expected, signer: signer)
        #expect(try directory.contents("binhost/\(Self.path)") == bytes)
        #expect(published.sha256 == ContentHasher.digest(bytes))
        #expect(!exists(staged))
    }

    @Test func `What another key signed, or another package, is replaced while no index names it`() async throws {
        let (made, other) = (try await ThrowawayKey.make(), try await ThrowawayKey.make())
        let signer = PackageSigner(key: made.key)
        _ = try open()
        try Directory.create(place.removingLastComponent())
        var fixture = GPKGFixture()
        fixture.image.append(1)
        try fixture.write(to: staged)
        try await signer.sign(staged, to: place)
        var expected = try GPKGFixture().write(to: staged)
        #expect(try await !signer.hasSigned(staged, as: place))
        try await PackageSigner(key: other.key).sign(staged, to: place)
        #expect(try await !signer.hasSigned(staged, as: place))
        expected = try GPKGFixture().write(to: staged)
        let published = try await open().publish(staged: staged, expected: expected, signer: signer)
        #expect(published.sha256 == (try ContentHasher.blob(of: place)).digest)
        #expect(try await made.key.verifies(Array(text("Manifest", of: place))))
    }

    @Test func `A file that was moved before the farm began to sign is signed from there`() async throws {
        let made = try await ThrowawayKey.make()
        let expected = try GPKGFixture().write(to: staged)
        try Directory.create(place.removingLastComponent())
        try FileManager.default.moveItem(atPath: staged.string, toPath: place.string)
        let published = try await open().publish(
            staged: staged, expected: expected, signer: PackageSigner(key: made.key))
        #expect(published.isSigned)
        #expect(try await made.key.verifies(Array(text("Manifest", of: place))))
    }

    @Test func `A signed copy without an entry does not stand for a staged file that is gone`() async throws {
        let made = try await ThrowawayKey.make()
        let signer = PackageSigner(key: made.key)
        let expected = try GPKGFixture().write(to: staged)
        let binhost = try open()
        try Directory.create(place.removingLastComponent())
        try await signer.sign(staged, to: place)
        try FileManager.default.removeItem(atPath: staged.string)
        let error = await #expect(throws: BinhostError.self) {
            try await binhost.publish(staged: staged, expected: expected, signer: signer)
        }
        #expect(error == .system(operation: "open", path: staged.string, errno: .noSuchFileOrDirectory))
    }

    @Test func `Nothing is signed that is not what was asked for`() async throws {
        let made = try await ThrowawayKey.make()
        let binhost = try open()
        var expected = try GPKGFixture().write(to: staged)
        expected.use = []
        let error = await #expect(throws: BinhostError.self) {
            try await binhost.publish(staged: staged, expected: expected, signer: PackageSigner(key: made.key))
        }
        guard case .identityMismatch = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(exists(staged))
        #expect(try Directory.names(in: root) == [".incomplete", "Packages", "Packages.gz"])
        #expect(try Directory.names(in: root.appending(Binhost.temporaryName)).isEmpty)
    }

    @Test func `A key that fails holds the package back, and is tried again`() async throws {
        let made = try await ThrowawayKey.make()
        let binhost = try open()
        let expected = try GPKGFixture().write(to: staged)
        let broken = SigningKey(fingerprint: String(repeating: "B", count: 40), home: made.key.home)
        let error = await #expect(throws: BinhostError.self) {
            try await binhost.publish(staged: staged, expected: expected, signer: PackageSigner(key: broken))
        }
        guard case .unsigned = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.isTransient == true)
        #expect(exists(staged))
        #expect(try Directory.names(in: root.appending(Binhost.temporaryName)).isEmpty)
        #expect(await binhost.packages.isEmpty)
        try await binhost.publish(staged: staged, expected: expected, signer: PackageSigner(key: made.key))
        #expect(await binhost.packages.count == 1)
    }

    @Test func `Packages that come at the same time are all signed and all in the index`() async throws {
        let made = try await ThrowawayKey.make()
        let (binhost, signer) = (try open(), PackageSigner(key: made.key))
        try await withThrowingTaskGroup { group in
            for id in 1...6 {
                let file = directory.path.appending("staged-\(id)")
                var fixture = GPKGFixture()
                fixture.metadata["BUILD_ID"] = String(id)
                // More than a pipe holds.
                fixture.image = [UInt8](repeating: UInt8(id), count: 3_000_000)
                var expected = try fixture.write(to: file)
                expected.buildID = id
                group.addTask { [expected] in
                    try await binhost.publish(staged: file, expected: expected, signer: signer)
                }
            }
            try await group.waitForAll()
        }
        #expect(await binhost.packages.map(\.buildID).sorted() == Array(1...6))
        for package in await binhost.packages {
            #expect(try ContentHasher.blob(of: root.appending(package.path)).digest == package.sha256)
        }
    }
}
