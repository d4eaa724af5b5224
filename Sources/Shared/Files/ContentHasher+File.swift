package import SystemPackage

extension ContentHasher {
    /// Digest and size of a file, read in pieces. Blocks; call it off the cooperative pool for large files.
    package static func blob(of path: FilePath) throws -> Blob {
        let file = try FileDescriptor.open(path, .readOnly)
        return try file.closeAfter {
            var hasher = ContentHasher()
            var size: Int64 = 0
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { buffer.deallocate() }
            while true {
                let count = try file.read(into: buffer)
                guard count > 0 else { break }
                hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                size += Int64(count)
            }
            return Blob(digest: hasher.finish(), size: size)
        }
    }
}
