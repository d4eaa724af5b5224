import Binpkgs
import SystemPackage

/// The keys of those who may have signed the packages of a binhost, in a home directory of gpg's.
struct KeyRing: Sendable {
    let home: FilePath

    private static let statusLimit = 256 * 1024
    /// Bytes; one of Portage's has some 300.
    private static let longestLine = 2000
    private static let begin = "-----BEGIN PGP SIGNED MESSAGE-----"
    private static let signature = "-----BEGIN PGP SIGNATURE-----"
    private static let end = "-----END PGP SIGNATURE-----"

    /// Checks that one of the keys has signed the whole text of a Manifest.
    ///
    /// A key that is there is trusted: who put it there meant that.
    /// - Parameter file: for the error.
    func check(_ manifest: [UInt8], of file: String) async throws(ForeignError) {
        // Nothing but this one text, so that gpg and `GPKGManifest` take the same for it.
        guard Self.isOneText(manifest) else {
            throw ForeignError(place: file, problem: "it is not signed, and the signatures of \(home) are asked for")
        }
        let result: GPG.Result
        do {
            result = try await GPG.run(
                [
                    "--homedir", home.string, "--batch", "--no-tty", "--trust-model", "always", "--status-fd", "1",
                    "--verify", "-",
                ], input: manifest, limit: Self.statusLimit)
        } catch {
            throw ForeignError(place: file, problem: "its signature cannot be checked: \(error)")
        }
        // Of each one: a second signature would be one of something else.
        let words = String(decoding: result.output, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        }
        let bad = ["BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG"].first(where: words.contains)
        let isOne = ["NEWSIG", "GOODSIG", "VALIDSIG"].allSatisfy { word in words.filter { $0 == word }.count == 1 }
        guard result.status == 0, bad == nil, isOne else {
            throw ForeignError(
                place: file, problem: "no key in \(home) has signed it\(bad.map { " (\($0))" } ?? ""): \(result.errors)"
            )
        }
    }

    /// RFC 9580, 7: the first line, lines that name digests, an empty line, the text, one signature, and nothing else.
    private static func isOneText(_ manifest: [UInt8]) -> Bool {
        // gpg also ends a line at CR LF, which is one Character of a String.
        guard manifest.allSatisfy(GPKGManifest.isOfText) else { return false }
        // It leaves the rest of a line out beyond 20,000 bytes.
        guard manifest.split(separator: 10).allSatisfy({ $0.count <= longestLine }) else { return false }
        var lines = String(decoding: manifest, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        while lines.last == "" { lines.removeLast() }
        guard lines.first == begin[...], lines.last == end[...], let text = lines.firstIndex(of: "") else {
            return false
        }
        return lines[1..<text].allSatisfy { $0.hasPrefix("Hash: ") }
            && lines[text...].filter { $0.hasPrefix("-----") } == [signature[...], end[...]]
    }
}
