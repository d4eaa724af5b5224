import Foundation
import SystemPackage
import Testing

@testable import Coordinator
@testable import Shared

/// Packages of somebody else's binhost, fetched by the real curl and checked by the real gpg.
struct ForeignPackageTests {
    let directory: TemporaryDirectory
    private var site: FilePath { directory.path.appending("site") }
    private var staging: FilePath { directory.path.appending("staging") }
    private static let path = "dev-libs/expat/expat-2.5.0-r1-3.gpkg.tar"

    init() throws {
        directory = try TemporaryDirectory()
        try Directory.create(site.appending("dev-libs/expat"))
        try Directory.create(staging)
    }

    private var file: FilePath { site.appending(Self.path) }

    /// As the index of the binhost has it now.
    private func package(path: String = path, keys: FilePath? = nil) throws -> ForeignPackage {
        let descriptor = try FileDescriptor.open(file, .readOnly)
        let digests = try descriptor.closeAfter { try FileDigests(of: descriptor, path: file) }
        return ForeignPackage(
            binhost: ForeignBinhost(address: "file://\(site)", keys: keys),
            binary: .init(index: "x", path: path, size: digests.size, buildID: 3, sha1: digests.sha1))
    }

    private func sign(_ key: SigningKey) async throws {
        let unsigned = directory.path.appending("unsigned")
        try GPKGFixture().write(to: unsigned)
        try await PackageSigner(key: key).sign(unsigned, to: file)
    }

    /// Nothing of it may be left.
    private func refusal(_ package: ForeignPackage) async throws -> String {
        let error = await #expect(throws: ForeignError.self) { try await package.fetch(into: staging) }
        #expect(try Directory.names(in: staging).isEmpty)
        return error?.description ?? ""
    }

    private func change(_ change: (inout [UInt8]) -> Void) throws {
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file.string)))
        change(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: file.string))
    }

    @Test func `What is unsigned comes as a package that a farm publishes`() async throws {
        let expected = try GPKGFixture().write(to: file)
        let (fetched, blob) = try await package().fetch(into: staging)
        #expect(fetched == staging.appending(blob.digest.hex))
        #expect(try Directory.names(in: staging) == [blob.digest.hex])
        let binhost = try Binhost(directory: directory.path.appending("binhost"), reserve: 0)
        var own = expected
        (own.sha256, own.size) = (blob.digest, blob.size)
        let published = try await binhost.publish(staged: fetched, expected: own)
        #expect(published.path == Self.path)
    }

    @Test func `Signatures are checked and taken off, and the same package gives the same bytes`() async throws {
        let key = try await ThrowawayKey.make()
        try await sign(key.key)
        let (_, first) = try await package(keys: key.key.home).fetch(into: staging)
        let (fetched, second) = try await package(keys: key.key.home).fetch(into: staging)
        #expect(first == second)
        let descriptor = try FileDescriptor.open(fetched, .readOnly)
        let metadata = try descriptor.closeAfter {
            try GPKGReader.read(descriptor, file: "fetched", signatures: .none)
        }
        #expect(metadata.cpv.description == "dev-libs/expat-2.5.0-r1")
        // Nobody asks who signed it: it is taken all the same, without the signatures.
        #expect(try await package().fetch(into: staging).blob == first)
    }

    @Test func `One that another key has signed, or none, is refused where keys are named`() async throws {
        let (trusted, other) = (try await ThrowawayKey.make(), try await ThrowawayKey.make())
        try await sign(other.key)
        let text = try await refusal(package(keys: trusted.key.home))
        #expect(text.contains("no key in \(trusted.key.home) has signed it (ERRSIG)"), "\(text)")
        try GPKGFixture().write(to: file)
        #expect(try await refusal(package(keys: trusted.key.home)).contains("it is not signed"))
    }

    @Test func `A key that has expired signs nothing`() async throws {
        let options = ["--faked-system-time", "20200101T000000!"]
        let key = try await ThrowawayKey.make(expires: "1d", options)
        var fixture = GPKGFixture()
        let text = directory.path.appending("text").string
        try Data(try fixture.manifestText().utf8).write(to: URL(fileURLWithPath: text))
        _ = try await run(
            "/usr/bin/gpg",
            ["--homedir", key.key.home.string, "--batch", "--quiet"] + options + ["--clear-sign", text])
        let signed = try String(contentsOfFile: text + ".asc", encoding: .utf8)
        fixture.changeManifest = { _ in signed }
        try fixture.write(to: file)
        let refusal = try await refusal(package(keys: key.key.home))
        #expect(refusal.contains("(EXPKEYSIG)"), "\(refusal)")
    }

    /// A text that gpg and the reader of Manifests could take for two different ones.
    @Test(arguments: ["before", "after", "header"])
    func `More than the one signed text is refused`(_ place: String) async throws {
        let key = try await ThrowawayKey.make()
        var fixture = GPKGFixture()
        let text = try fixture.manifestText()
        let signed = String(decoding: try await key.key.clearSigned(Array(text.utf8)), as: UTF8.self)
        fixture.changeManifest = { _ in
            switch place {
            case "before": "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n\(text)\n\(signed)"
            case "after": "\(signed)\n\(signed)"
            default: signed.replacing("Hash: SHA512\n", with: "Hash: SHA512\nComment: \(text.prefix(40))\n")
            }
        }
        try fixture.write(to: file)
        let refusal = try await refusal(package(keys: key.key.home))
        #expect(refusal.contains("signed") || refusal.contains("Manifest"), "\(refusal)")
    }

    @Test func `Damaged, other than the index says, too long or gone, it is refused by name and nothing stays`()
        async throws
    {
        try GPKGFixture().write(to: file)
        let indexed = try package()
        try change { $0[$0.count / 2] ^= 1 }
        #expect(try await refusal(indexed).contains("SHA-1 are not what"))
        // As indexed, and damaged all the same.
        #expect(try await refusal(package()).contains("differ from its Manifest"))
        try GPKGFixture().write(to: file)
        try change { $0.removeLast($0.count / 2) }
        #expect(try await refusal(indexed).contains(Self.path))
        try GPKGFixture().write(to: file)
        try change { $0 += [UInt8](repeating: 0, count: 20_000_000) }
        #expect(try await refusal(indexed).contains(Self.path))
        try FileManager.default.removeItem(atPath: file.string)
        #expect(try await refusal(indexed).contains("it is not there"))
    }

    @Test func `An xpak comes as it is, and is refused where somebody has to have signed it`() async throws {
        let expected = try XPAKFixture().write(to: file)
        var package = try package()
        package.format = .xpak
        #expect(try await package.fetch(into: staging).blob.digest == expected.sha256)
        try FileManager.default.removeItem(atPath: staging.appending(expected.sha256.hex).string)
        package = ForeignPackage(
            binhost: ForeignBinhost(address: "file://\(site)", keys: "/nowhere"), binary: package.binary, format: .xpak)
        #expect(try await refusal(package).contains("it is not signed"))
    }

    @Test func `A path that leaves the binhost is not asked for`() async throws {
        try GPKGFixture().write(to: file)
        let text = try await refusal(package(path: "dev-libs/../../secret"))
        #expect(text.contains("its index has a package at 'dev-libs/../../secret'"), "\(text)")
    }

    @Test func `A server that does not answer is named`() async throws {
        try GPKGFixture().write(to: file)
        let binary = try package().binary
        // Port 1 of this host: nobody listens there.
        let package = ForeignPackage(binhost: ForeignBinhost(address: "http://127.0.0.1:1/x"), binary: binary)
        #expect(try await refusal(package).contains("http://127.0.0.1:1/x/\(Self.path): curl: (7)"))
    }
}

extension GPKGFixture {
    /// What its Manifest would be.
    fileprivate func manifestText() throws -> String {
        final class Box { var text = "" }
        let box = Box()
        var copy = self
        copy.changeManifest = { text in
            box.text = text
            return text
        }
        _ = try copy.bytes()
        return box.text
    }
}
