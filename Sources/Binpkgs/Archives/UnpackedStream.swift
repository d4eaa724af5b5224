/// What something compressed unpacks to, for another reader.
package final class UnpackedStream: ByteSource {
    /// Bytes that have been read so far.
    package private(set) var size: Int64 = 0
    /// How many of them, at the end, are zeros.
    package private(set) var trailingZeros: Int64 = 0
    private let outer: OpaquePointer
    private let limit: Int64
    private let buffer: UnsafeMutableRawBufferPointer

    /// - Parameters:
    ///   - outer: a reader whose current member is read; it must outlive the stream, as must the buffer.
    ///   - limit: bytes that it may unpack to.
    package init(_ outer: OpaquePointer, limit: Int64, buffer: UnsafeMutableRawBufferPointer) {
        self.outer = outer
        self.limit = limit
        self.buffer = buffer
    }

    package override func next() -> UnsafeRawBufferPointer? {
        guard let piece = read(outer, into: buffer) else { return nil }
        size += Int64(piece.count)
        guard size <= limit else {
            failure = .tooLarge(limit)
            return nil
        }
        if let last = piece.lastIndex(where: { $0 != 0 }) {
            trailingZeros = Int64(piece.count - last - 1)
        } else {
            trailingZeros += Int64(piece.count)
        }
        return piece
    }
}
