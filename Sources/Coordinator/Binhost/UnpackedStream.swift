import CArchive

/// What something compressed unpacks to, for another reader.
final class UnpackedStream: ByteSource {
    /// Bytes that have been read so far.
    private(set) var size: Int64 = 0
    /// How many of them, at the end, are zeros.
    private(set) var trailingZeros: Int64 = 0
    private let outer: OpaquePointer
    private let limit: Int64
    private let buffer: UnsafeMutableRawBufferPointer

    /// - Parameters:
    ///   - outer: a reader whose current member is read; it must outlive the stream, as must the buffer.
    ///   - limit: bytes that it may unpack to.
    init(_ outer: OpaquePointer, limit: Int64, buffer: UnsafeMutableRawBufferPointer) {
        self.outer = outer
        self.limit = limit
        self.buffer = buffer
    }

    override func next() -> UnsafeRawBufferPointer? {
        let count = archive_read_data(outer, buffer.baseAddress, buffer.count)
        guard count >= 0 else {
            failure = ArchiveReader.failure(of: outer)
            return nil
        }
        size += Int64(count)
        guard size <= limit else {
            failure = .tooLarge(limit)
            return nil
        }
        let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        if let last = piece.lastIndex(where: { $0 != 0 }) {
            trailingZeros = Int64(count - last - 1)
        } else {
            trailingZeros += Int64(count)
        }
        return piece
    }
}
