import Foundation
import Testing

/// The farm's signing key and clients that trust it.
extension TestFarm {
    private nonisolated var keyHome: String { file("gnupg") }

    /// The fingerprint of a new key without a passphrase, in a home of the farm's own.
    func makeSigningKey() async throws -> String {
        try FileManager.default.createDirectory(
            atPath: keyHome, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        try await gpg("--passphrase", "", "--quick-generate-key", "Farm <farm@example.org>", "ed25519", "sign", "never")
        return try await signingKey()
    }

    func signingKey() async throws -> String {
        let list = try await gpg("--with-colons", "--list-keys")
        let line = try #require(list.split(separator: "\n").first { $0.hasPrefix("fpr:") }, "\(list)")
        return String(try #require(line.split(separator: ":").last))
    }

    func publicKey() async throws -> String { try await gpg("--armor", "--export") }

    @discardableResult
    private func gpg(_ words: String...) async throws -> String {
        try await Program.demand(["gpg", "--homedir", keyHome, "--batch", "--quiet"] + words)
    }

    func stopSigningAgent() async {
        guard FileManager.default.fileExists(atPath: keyHome) else { return }
        _ = try? await Program.run(["gpgconf", "--homedir", keyHome, "--kill", "gpg-agent"])
    }

    /// A client in a fresh container, whose binrepos.conf has `verify-signature = true` and which trusts the farm's key as the
    /// documentation tells a person to.
    /// - Parameters:
    ///   - url: of the binhost; nil for the farm's own.
    ///   - preparation: runs before, such as a binhost of its own.
    ///   - configuration: prints its binrepos.conf; nil for one that is written by hand.
    func verifyingClient(
        _ package: String, from url: String? = nil, trusting: Bool = true, preparation: String = "",
        configuration: String? = nil
    ) async throws -> Program.Result {
        let trust = """
            mkdir -p -m 755 /etc/portage/gnupg
            gpg="gpg --homedir /etc/portage/gnupg --batch --quiet"
            $gpg --import <<<"$KEY"
            echo "$FINGERPRINT:6:" | $gpg --import-ownertrust
            $gpg --check-trustdb
            chmod a+r /etc/portage/gnupg/{pubring.kbx,trustdb.gpg}
            """
        let byHand = "printf '[farm]\\nsync-uri = \(url ?? self.url)\\nverify-signature = true\\n'"
        return try await container(
            [
                "bash", "-euc",
                """
                \(trusting ? trust : "")
                \(preparation)
                mkdir -p /etc/portage/binrepos.conf
                \(configuration ?? byHand) >/etc/portage/binrepos.conf/farm.conf
                emerge --oneshot --getbinpkgonly --usepkgonly --color=n \(package) 2>&1
                ls /var/db/pkg/faults-ok
                """,
            ],
            environment: ["KEY": try await publicKey(), "FINGERPRINT": try await signingKey()])
    }
}
