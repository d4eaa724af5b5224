import Shared

/// What a file is that a worker offers.
enum Purpose: Equatable {
    /// What its attempt made.
    case result
    case distfile(BLAKE2bDigest)
    case evidence(EvidencePart, of: AttemptID)
}

/// One file that is being received, and the credit for it. Owned by the bulk server.
final class IncomingTransfer {
    private var file: IncomingFile?
    let blob: Blob
    let purpose: Purpose
    private(set) var lastMove = ContinuousClock.now
    private var ungiven: UInt32 = 0

    init(_ file: consuming IncomingFile, for purpose: Purpose) {
        blob = file.blob
        self.purpose = purpose
        self.file = consume file
    }

    /// Bytes held.
    var size: Int64 { file?.size ?? 0 }
    var isComplete: Bool { file?.isComplete ?? false }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try file?.append(bytes)
        ungiven += 1
        lastMove = .now
    }

    /// Credit to give back now, in half windows: fewer messages, and the sender never runs dry.
    func creditToGive() -> UInt32? {
        guard ungiven >= SocketSettings.credit / 2 else { return nil }
        defer { ungiven = 0 }
        return ungiven
    }

    /// Whether the digests are right; the file is then in its place.
    func finish() throws -> Bool {
        guard var file = file.take() else { return false }
        return try file.finish()
    }
}
