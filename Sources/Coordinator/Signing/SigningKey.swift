import SystemPackage

/// The key that signs a farm's packages, used through gpg: the key itself never comes into this process.
///
/// The options are those of Portage's own BINPKG_GPG_SIGNING_BASE_COMMAND. gpg never asks for a passphrase here: the key has
/// none, or its gpg-agent knows it.
struct SigningKey: Sendable, Equatable {
    /// Of the primary key, upper-case hexadecimal.
    let fingerprint: String
    /// gpg's home directory.
    let home: FilePath

    /// A signature of RSA with 4096 bits has 900 bytes.
    private static let signatureLimit = 256 * 1024

    /// A detached signature of what comes from a descriptor, until its end; the descriptor is closed.
    func detachedSignature(of input: FileDescriptor) async throws(SigningError) -> [UInt8] {
        try signature(await GPG.run(signing("--detach-sig"), input: input, limit: Self.signatureLimit))
    }

    func detachedSignature(of bytes: [UInt8]) async throws(SigningError) -> [UInt8] {
        try signature(await GPG.run(signing("--detach-sig"), input: bytes, limit: Self.signatureLimit))
    }

    /// The text with its signature.
    func clearSigned(_ text: [UInt8]) async throws(SigningError) -> [UInt8] {
        try signature(await GPG.run(signing("--clear-sign"), input: text, limit: text.count * 2 + Self.signatureLimit))
    }

    /// Whether a clear-signed text has a good signature of this key.
    func verifies(_ text: [UInt8]) async throws(SigningError) -> Bool {
        let result = try await GPG.run(
            options + ["--status-fd", "1", "--verify", "-"], input: text, limit: Self.signatureLimit)
        guard result.status == 0 else { return false }
        let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
        // The signing key's fingerprint comes first, the primary one's last.
        return lines.contains { line in
            let words = line.split(separator: " ")
            return words.count > 3 && words[1] == "VALIDSIG"
                && [words[2], words[words.count - 1]].contains(fingerprint[...])
        }
    }

    /// Signs something, so that a key that cannot is known before a package waits for it.
    func check() async throws(SigningError) {
        let text = try await clearSigned(Array("binfarm\n".utf8))
        guard try await verifies(text) else {
            throw SigningError(
                attempt: "verify what the key \(fingerprint) signed", detail: "no good signature of that key",
                remedy: "see `gpg --homedir \(home) --list-secret-keys`; give the fingerprint of the primary key")
        }
    }

    private func signature(_ result: GPG.Result) throws(SigningError) -> [UInt8] {
        guard result.status == 0, !result.output.isEmpty else {
            throw SigningError(
                attempt: "sign with the key \(fingerprint) in \(home)", detail: result.errors,
                remedy:
                    "`gpg --homedir \(home) --list-secret-keys` must show it, valid and usable for signing; it has no "
                    + "passphrase, or gpg-agent has been told it")
        }
        return result.output
    }

    /// `--sign` beside the kind, as Portage has it.
    private func signing(_ kind: String) -> [String] {
        options + ["--sign", "--armor", "--digest-algo", "SHA512", "--local-user", fingerprint, kind]
    }

    private var options: [String] {
        ["--homedir", home.string, "--batch", "--no-tty", "--yes", "--pinentry-mode", "error"]
    }
}
