import Foundation
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// Public keys that come in files.
struct UpstreamKeysTests {
    private let directory: TemporaryDirectory
    private let keys: UpstreamKeys

    init() throws {
        directory = try TemporaryDirectory()
        keys = try UpstreamKeys(directory: directory.path.appending("upstream-keys"), grace: .zero)
    }

    private func file(_ text: Data) throws -> (blob: Blob, path: FilePath) {
        let path = directory.path.appending("file")
        try text.write(to: URL(fileURLWithPath: path.string))
        return (try ContentHasher.blob(of: path), path)
    }

    @Test func `What one of the keys has signed is trusted, and what another has signed is not`() async throws {
        let (made, other) = (try await ThrowawayKey.make(), try await ThrowawayKey.make())
        let (blob, path) = try file(try await made.exported())
        try await keys.keep(blob, from: path)
        try await keys.keep(blob, from: path)
        let ring = KeyRing(home: keys.home(of: blob.digest))
        try await ring.check(made.key.clearSigned(Array("text\n".utf8)), of: "x")
        let signed = try await other.key.clearSigned(Array("text\n".utf8))
        await #expect(throws: ForeignError.self) { try await ring.check(signed, of: "x") }
        #expect(try Directory.names(in: keys.directory) == [blob.digest.hex], "nothing half made stays")
    }

    @Test(arguments: [
        ("no keys\n", "has no public keys"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "has a secret key in it"),
        (
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabcd\n-----END PGP PUBLIC KEY BLOCK-----\n",
            "has no key that gpg takes"
        ),
    ])
    func `A file without a key is refused`(_ text: String, _ problem: String) async throws {
        let (blob, path) = try file(Data(text.utf8))
        let refusal = await #expect(throws: Refusal.self) { try await keys.keep(blob, from: path) }
        #expect(refusal?.message.hasPrefix("a file of keys of an upstream \(problem)") == true, "\(refusal as Any)")
        #expect(refusal?.remedy.contains("gpg --armor --export") == true)
        #expect(try Directory.names(in: keys.directory).isEmpty)
    }

    @Test func `Keys that no farm names go, those that came just now stay`() async throws {
        let made = try await ThrowawayKey.make()
        let (blob, path) = try file(try await made.exported())
        try await keys.keep(blob, from: path)
        try keys.removeAll(except: [blob.digest])
        #expect(keys.has(blob.digest))
        try UpstreamKeys(directory: keys.directory).removeAll(except: [])
        #expect(keys.has(blob.digest))
        try keys.removeAll(except: [])
        #expect(!keys.has(blob.digest))
    }
}
