import Foundation
import SystemPackage

@testable import BinpkgTesting
@testable import Coordinator

/// A key without a passphrase in a home of its own. Gone, with its agent, when the test is.
final class ThrowawayKey: Sendable {
    let key: SigningKey

    private init(_ key: SigningKey) { self.key = key }

    static func make(expires: String = "never", _ more: [String] = []) async throws -> ThrowawayKey {
        // Short: the agent's socket is in there.
        let home = FilePath("/tmp/binfarm-key-\(UInt32.random(in: 0...UInt32.max))")
        try FileManager.default.createDirectory(
            atPath: home.string, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let options = ["--homedir", home.string, "--batch", "--quiet"]
        _ = try await run(
            "/usr/bin/gpg",
            options + more + [
                "--passphrase", "", "--quick-generate-key", "Farm <farm@example.org>", "ed25519", "sign", expires,
            ])
        let list = try await run("/usr/bin/gpg", options + ["--with-colons", "--list-keys"])
        let line = String(decoding: list, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("fpr:") }
        let fingerprint = line?.split(separator: ":").last.map(String.init) ?? "none"
        return ThrowawayKey(SigningKey(fingerprint: fingerprint, home: home))
    }

    /// Its public half, as `gpg --armor --export` writes it.
    func exported() async throws -> Data {
        try await run("/usr/bin/gpg", ["--homedir", key.home.string, "--batch", "--armor", "--export"])
    }

    func stopAgent() async throws {
        _ = try await run("/usr/bin/gpgconf", ["--homedir", key.home.string, "--kill", "gpg-agent"])
    }

    deinit {
        // Its agent ends when it sees that its home is gone.
        try? FileManager.default.removeItem(atPath: key.home.string)
    }
}
