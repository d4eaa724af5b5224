import Shared

/// What a file is that a worker offers.
enum Purpose: Equatable {
    /// What its attempt made.
    case result
    case distfile(BLAKE2bDigest)
    case evidence(EvidencePart, of: AttemptID)
}

/// What a worker offers while it comes, and the credit for it. Owned by the bulk server.
final class IncomingTransfer {
    let file: GrowingFile
    let purpose: Purpose
    private var ungiven: UInt32 = 0

    init(_ file: GrowingFile, for purpose: Purpose) {
        self.file = file
        self.purpose = purpose
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try file.append(bytes)
        ungiven += 1
    }

    /// Credit to give back now, in half windows: fewer messages, and the sender never runs dry.
    func creditToGive() -> UInt32? {
        guard ungiven >= SocketSettings.credit / 2 else { return nil }
        defer { ungiven = 0 }
        return ungiven
    }
}
