import Crypto
import FoundationEssentials
import Shared
import SystemPackage

/// What an operator shows to the page instead of a key: the content of a file that only its owner can read. Kept as a digest.
struct OperatorToken: Sendable {
    private let digest: SHA256Digest

    /// Characters: less could be guessed.
    private static let least = 20
    private static let most = 512

    /// - Throws: `KeyError`.
    init(contentsOf path: FilePath) throws {
        let mode: FilePermissions
        let text: String
        do {
            mode = try FileStatus.permissions(of: path)
            text = String(decoding: try Data(contentsOf: URL(filePath: path.string)), as: UTF8.self)
        } catch {
            throw KeyError(path.string, "the operators' token cannot be read: \(error)")
        }
        guard mode.intersection([.groupReadWriteExecute, .otherReadWriteExecute]).isEmpty else {
            throw KeyError(path.string, "others than its owner can read this token; run: chmod 600 \(path)")
        }
        let token = text.drop(while: \.isWhitespace)
        let trimmed = token.prefix { !$0.isWhitespace }
        guard token.dropFirst(trimmed.count).allSatisfy(\.isWhitespace) else {
            throw KeyError(path.string, "a token is one word")
        }
        guard (Self.least...Self.most).contains(trimmed.utf8.count) else {
            throw KeyError(
                path.string,
                "a token has \(Self.least) to \(Self.most) characters; `openssl rand -hex 20` makes a good one")
        }
        digest = SHA256.hash(data: Data(trimmed.utf8))
    }

    /// Takes the same time whatever is wrong with it: digests are compared.
    func matches(_ word: String) -> Bool {
        word.utf8.count <= Self.most && SHA256.hash(data: Data(word.utf8)) == digest
    }
}
