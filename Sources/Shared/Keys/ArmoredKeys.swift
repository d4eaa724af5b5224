/// Files of OpenPGP public keys, as `gpg --armor --export` writes them.
package enum ArmoredKeys {
    /// Bytes of one: Gentoo's own release keys have some hundred thousand.
    package static let largest = 1 << 20
    package static let remedy = "write it with `gpg --armor --export KEY… >FILE`"

    private static let beginning = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    private static let secret = "-----BEGIN PGP PRIVATE KEY BLOCK-----"

    /// What is wrong with the text of such a file; nil: nothing that shows.
    package static func problem(_ text: String) -> String? {
        guard text.utf8.count <= largest else { return "is larger than \(largest >> 20) MiB" }
        let lines = text.split(whereSeparator: \.isNewline)
        // Whoever exported that did not mean to: it is not sent on.
        if lines.contains(where: { $0.hasPrefix(secret) }) { return "has a secret key in it" }
        return lines.contains { $0.hasPrefix(beginning) } ? nil : "has no public keys"
    }
}
