import Glibc
import Shared
import SystemPackage

/// Makes a directory with the files of another one under second names: beside first, then renamed to its place.
struct ReleaseWriter {
    let shelf: ReleaseShelf
    /// Of the files.
    let source: FilePath

    /// - Parameters:
    ///   - name: the directory's.
    ///   - record: what the directory says of itself.
    ///   - paths: of the packages, relative to the source.
    func write(
        _ name: String, _ record: some Encodable, packages paths: [String]
    ) throws(BinhostError) {
        let temporary = shelf.directory.appending(ReleaseShelf.temporaryName)
        try FileOperations.removeTree(temporary)
        do {
            try link(paths + [Binhost.indexName, Binhost.indexName + ".gz"], into: temporary)
            try FileOperations.write(
                Array(try Self.text(of: record, at: temporary).utf8),
                to: temporary.appending(ReleaseShelf.recordName), modificationTime: Int64(time(nil)))
            try FileOperations.synchronise(directory: temporary)
            FaultPoint.pass("release-written")
            try FileOperations.rename(temporary, to: shelf.path(of: name))
        } catch {
            // What is there of it nobody sees, and the next one begins with removing it.
            try? FileOperations.removeTree(temporary)
            throw error
        }
        FaultPoint.pass("release-renamed")
        try FileOperations.synchronise(directory: shelf.directory)
    }

    private func link(_ paths: [String], into directory: FilePath) throws(BinhostError) {
        try FileOperations.makeDirectories(directory)
        var changed: Set<FilePath> = []
        for path in paths {
            let target = directory.appending(path)
            let parent = target.removingLastComponent()
            if changed.insert(parent).inserted {
                changed.formUnion(try FileOperations.makeUnsettledDirectories(parent))
            }
            do {
                try FileOperations.link(source.appending(path), to: target)
            } catch .system(_, _, .improperLink) {
                throw .filesElsewhere(binhost: source.string, source: shelf.directory.string)
            }
        }
        try FileOperations.synchronise(directories: changed)
    }

    private static func text(of record: some Encodable, at path: FilePath) throws(BinhostError) -> String {
        do {
            return try JSONText.encode(record)
        } catch {
            throw .system(operation: "describe the release at", path: path.string, errno: .invalidArgument)
        }
    }
}
