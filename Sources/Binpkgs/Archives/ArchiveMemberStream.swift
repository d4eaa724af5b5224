internal import Crypto

/// The content of an archive's current member as it is read by another reader, digested on its way.
package final class ArchiveMemberStream: ByteSource {
    /// Of what has been read so far.
    private(set) var hash = SHA512()
    /// Bytes that have been read so far.
    package private(set) var size: Int64 = 0
    private let outer: OpaquePointer
    private let buffer: UnsafeMutableRawBufferPointer

    /// - Parameters:
    ///   - outer: its current member is read; it must outlive the stream, as must the buffer.
    package init(_ outer: OpaquePointer, buffer: UnsafeMutableRawBufferPointer) {
        self.outer = outer
        self.buffer = buffer
    }

    package override func next() -> UnsafeRawBufferPointer? {
        guard let piece = read(outer, into: buffer) else { return nil }
        hash.update(bufferPointer: piece)
        size += Int64(piece.count)
        return piece
    }

    /// Reads what the other reader left.
    package func drain() throws(ArchiveReader.Failure) {
        while let piece = next() { if piece.isEmpty { return } }
        if let failure { throw failure }
    }
}
