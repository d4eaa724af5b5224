/// Fingerprints of OpenPGP keys, as people copy them from gpg.
package enum KeyFingerprint {
    /// What to write instead of something that is none.
    package static let remedy = "give all 40 digits that `gpg --fingerprint` prints, in quotes"

    /// Upper-case digits without spaces; nil for what is no whole fingerprint.
    package static func normalised(_ text: String) -> String? {
        let fingerprint = text.filter { $0 != " " }.uppercased()
        guard [40, 64].contains(fingerprint.utf8.count), fingerprint.utf8.allSatisfy(isHexadecimal) else { return nil }
        return fingerprint
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (65...70).contains(byte) }
}
