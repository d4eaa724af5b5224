import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

@Suite struct SigningKeyTests {
    @Test func `A key that can sign is fit`() async throws {
        let made = try await ThrowawayKey.make()
        try await made.key.check()
    }

    @Test func `A signature of another key, and a changed text, do not count`() async throws {
        let (one, other) = (try await ThrowawayKey.make(), try await ThrowawayKey.make())
        let text = try await one.key.clearSigned(Array("DATA image.tar 1\n".utf8))
        #expect(try await one.key.verifies(text))
        #expect(try await !other.key.verifies(text))
        let changed = String(decoding: text, as: UTF8.self).replacing("image.tar 1", with: "image.tar 2")
        #expect(try await !one.key.verifies(Array(changed.utf8)))
        #expect(try await !one.key.verifies(Array("DATA image.tar 1\n".utf8)))
    }

    @Test func `A key that is not there is named, with its home and what gpg said`() async throws {
        let made = try await ThrowawayKey.make()
        let absent = SigningKey(fingerprint: String(repeating: "A", count: 40), home: made.key.home)
        let error = await #expect(throws: SigningError.self) { try await absent.check() }
        let text = error?.description ?? ""
        #expect(text.contains("cannot sign with the key AAAA"))
        #expect(text.contains(made.key.home.string))
        #expect(text.contains("No secret key"))
        #expect(text.contains("--list-secret-keys"))
    }

    @Test func `A home that is not there is an error of gpg's, not a hang`() async throws {
        let key = SigningKey(fingerprint: String(repeating: "A", count: 40), home: "/nowhere/at/all")
        await #expect(throws: SigningError.self) { try await key.check() }
    }

    @Test func `A key with a passphrase that no agent knows is an error at once`() async throws {
        let made = try await ThrowawayKey.make()
        let home = ["--homedir", made.key.home.string, "--batch", "--pinentry-mode", "loopback"]
        _ = try await run(
            "/usr/bin/gpg",
            home + ["--passphrase", "secret", "--quick-generate-key", "Locked <l@example.org>", "ed25519", "sign"])
        let list = String(
            decoding: try await run("/usr/bin/gpg", home + ["--with-colons", "--list-keys", "Locked"]), as: UTF8.self)
        let line = try #require(list.split(separator: "\n").first { $0.hasPrefix("fpr:") })
        let locked = SigningKey(fingerprint: String(try #require(line.split(separator: ":").last)), home: made.key.home)
        // It has just been told the passphrase.
        try await made.stopAgent()
        let error = await #expect(throws: SigningError.self) { try await locked.check() }
        #expect(error?.description.contains("passphrase") == true)
    }
}
