package import SystemPackage

extension FileDescriptor {
    /// Reads until the buffer is full.
    ///
    /// - Throws: `Errno`; `.ioError` when the file is shorter. Blocks.
    package func fill(_ buffer: UnsafeMutableRawBufferPointer, fromAbsoluteOffset offset: Int64) throws {
        var filled = 0
        while filled < buffer.count {
            let count = try read(
                fromAbsoluteOffset: offset + Int64(filled),
                into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            guard count > 0 else { throw Errno.ioError }
            filled += count
        }
    }
}
