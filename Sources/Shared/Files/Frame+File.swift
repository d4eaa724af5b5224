package import SystemPackage
package import ZeroMQ

extension Frame {
    /// Bytes of a file, read to where libzmq sends them from.
    ///
    /// - Throws: `Errno`; `.ioError` when the file is shorter. Blocks.
    package init(of file: FileDescriptor, at offset: Int64, count: Int) throws {
        try self.init(unsafeUninitializedCount: count) { try file.fill($0, fromAbsoluteOffset: offset) }
    }
}
