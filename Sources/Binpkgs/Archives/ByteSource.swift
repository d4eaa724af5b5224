internal import CArchive
internal import Shared
package import SystemPackage

/// Where an `ArchiveReader` reads from, piece by piece.
package class ByteSource {
    /// Why it could not be read; libarchive only knows that it stopped.
    package var failure: ArchiveReader.Failure?

    /// The next piece, empty at the end; nil when it cannot be read. Valid until the next one is asked for.
    package func next() -> UnsafeRawBufferPointer? { nil }

    /// The next piece of an archive's current member, for those that read one.
    package final func read(
        _ archive: OpaquePointer, into buffer: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
        guard count >= 0 else {
            failure = ArchiveReader.failure(of: archive)
            return nil
        }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    private var ahead: UnsafeRawBufferPointer?

    /// The first piece, which `take` gives once more.
    package final func peek() -> UnsafeRawBufferPointer? {
        if ahead == nil { ahead = next() }
        return ahead
    }

    /// What `peek` has seen, else the next piece.
    package final func take() -> UnsafeRawBufferPointer? {
        defer { ahead = nil }
        return ahead ?? next()
    }
}

/// The first bytes of an open file, whatever its own position is.
package final class FileRange: ByteSource {
    /// Bytes.
    package let size: Int64
    private let descriptor: FileDescriptor
    private let buffer: UnsafeMutableRawBufferPointer
    private var offset: Int64 = 0

    /// - Parameters:
    ///   - descriptor: stays open, and the caller's.
    ///   - size: bytes that the file has at least.
    ///   - buffer: must outlive the range.
    package init(_ descriptor: FileDescriptor, size: Int64, buffer: UnsafeMutableRawBufferPointer) {
        self.descriptor = descriptor
        self.size = size
        self.buffer = buffer
    }

    package override func next() -> UnsafeRawBufferPointer? {
        let place = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(Int(min(Int64(buffer.count), size - offset))))
        do {
            try descriptor.fill(place, fromAbsoluteOffset: offset)
        } catch {
            failure = ArchiveReader.Failure(detail: "\(error)")
            return nil
        }
        offset += Int64(place.count)
        return UnsafeRawBufferPointer(place)
    }
}

extension FileDescriptor {
    /// A part of the file, which must have it.
    package func bytes(in range: Range<Int64>) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        try bytes.withUnsafeMutableBytes { try fill($0, fromAbsoluteOffset: range.lowerBound) }
        return bytes
    }
}
