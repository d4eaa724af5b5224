/// The `Manifest` member of a gpkg: sizes and digests of all other members.
package struct GPKGManifest {
    package struct Record: Equatable {
        package let size: Int64
        /// Lower-case hexadecimal.
        package let sha512: String
    }

    /// By the member's name inside the prefix directory.
    package let records: [String: Record]

    /// Parses `DATA name size HASH digest…` lines; of a clear-signed Manifest the text that was signed (the signature
    /// itself is not checked here).
    ///
    /// BLAKE2B is not looked at: GLEP 78's writers always write SHA512 beside it, swift-crypto has no BLAKE2, and one
    /// strong digest is enough to find damage. That the file is the one the worker built is told by its SHA-256.
    package init(_ text: String, file: String) throws(BinpkgError) {
        var records: [String: Record] = [:]
        for line in try Self.signedText(text, file: file) {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.isEmpty { continue }
            guard words.count >= 5, words.count % 2 == 1, words[0] == "DATA",
                let size = Int64(words[2]), size >= 0,
                let hash = stride(from: 3, to: words.count, by: 2).first(where: { words[$0] == "SHA512" }),
                words[hash + 1].utf8.count == 128, records[words[1]] == nil
            else { throw .manifestMalformed(file: file, line: String(line.prefix(200))) }
            records[words[1]] = Record(size: size, sha512: words[hash + 1].lowercased())
        }
        self.records = records
    }

    /// Line feeds and printable ASCII: what Portage writes. Others would be lines to gpg and not to us, or the reverse.
    package static func isOfText(_ byte: UInt8) -> Bool { byte == 10 || (32...126).contains(byte) }

    private static func signedText(_ text: String, file: String) throws(BinpkgError) -> [Substring] {
        if let byte = text.utf8.first(where: { !isOfText($0) }) {
            throw .manifestMalformed(file: file, line: "… a byte \(byte) …")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first?.hasPrefix("-----BEGIN PGP SIGNED MESSAGE-----") == true else { return lines }
        // RFC 9580, 7: armour headers end with an empty line, the text with the signature's first line.
        guard let start = lines.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }),
            let end = lines[start...].firstIndex(where: { $0.hasPrefix("-----BEGIN PGP SIGNATURE-----") })
        else { throw .manifestMalformed(file: file, line: String(lines[0])) }
        return lines[(start + 1)..<end].map { $0.hasPrefix("- ") ? $0.dropFirst(2) : $0 }
    }
}
