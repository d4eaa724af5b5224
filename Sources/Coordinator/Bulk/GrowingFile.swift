import Shared

/// One file that is being received, whichever way it comes. Owned by whoever receives it.
final class GrowingFile {
    private var file: IncomingFile?
    let blob: Blob
    private(set) var lastMove = ContinuousClock.now

    init(_ file: consuming IncomingFile) {
        blob = file.blob
        self.file = consume file
    }

    /// Bytes held.
    var size: Int64 { file?.size ?? 0 }
    /// Bytes that are still to come.
    var promised: Int64 { blob.size - size }
    var isComplete: Bool { file?.isComplete ?? false }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try file?.append(bytes)
        lastMove = .now
    }

    /// Whether the digests are right; the file is then in its place.
    func finish() throws -> Bool {
        guard var file = file.take() else { return false }
        return try file.finish()
    }
}
