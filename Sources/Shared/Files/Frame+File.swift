package import SystemPackage
package import ZeroMQ

extension Frame {
    /// Bytes of a file, read to where libzmq sends them from.
    ///
    /// - Throws: `Errno`; `.ioError` when the file is shorter. Blocks.
    package init(of file: FileDescriptor, at offset: Int64, count: Int) throws {
        try self.init(unsafeUninitializedCount: count) { bytes in
            var filled = 0
            while filled < count {
                let read = try file.read(
                    fromAbsoluteOffset: offset + Int64(filled),
                    into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled...]))
                guard read > 0 else { throw Errno.ioError }
                filled += read
            }
        }
    }
}
