internal import Glibc
internal import Shared
internal import SystemPackage

/// A layer's file in a store: it gets its place when it is whole, else nothing stays of it.
enum LayerFile {
    /// Blocks.
    /// - Parameter fill: writes the files.
    /// - Returns: beside what `fill` gives the digest of the tar, and the file.
    static func write<Result>(
        into store: ImageStore, _ fill: (LayerArchive) throws -> Result
    ) throws -> (result: Result, plain: ContentDigest, packed: Blob) {
        let path = store.newFile()
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            let written = try file.closeAfter {
                let sink = try LayerSink(file)
                let archive = try LayerArchive(sink)
                let result = try fill(archive)
                try archive.finish()
                let (plain, packed) = try sink.finish()
                return (result, plain, packed)
            }
            try store.adopt(path, as: written.2.digest)
            return written
        } catch {
            unlink(path.string)
            throw error
        }
    }
}
