import Crypto
import Shared

/// Both digests that a Manifest has of a member.
struct MemberDigests: ~Copyable {
    private var blake = BLAKE2b()
    private var sha512 = SHA512()
    private var size: Int64 = 0

    mutating func update(_ piece: UnsafeRawBufferPointer) {
        blake.update(piece)
        sha512.update(bufferPointer: piece)
        size += Int64(piece.count)
    }

    /// The Manifest's line.
    consuming func line(_ name: String) -> String {
        let (size, sha512) = (size, sha512.finalize().hexadecimal)
        return "DATA \(name) \(size) BLAKE2B \(blake.finish()) SHA512 \(sha512)\n"
    }

    static func line(_ name: String, _ content: [UInt8]) -> String {
        var digests = MemberDigests()
        content.withUnsafeBytes { digests.update($0) }
        return digests.line(name)
    }
}
