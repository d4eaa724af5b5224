import FoundationEssentials
import Glibc
import Shared
import Stack
import SystemPackage

/// Writes a generated tree beside its place and puts it there whole: nobody finds half of it.
struct TreeWriter {
    let directory: FilePath

    /// Says in a directory that it is generated: only such a one is replaced.
    private static let mark = ".written-by-farmctl"

    /// - Throws: `FarmctlError` when something else stands there, `Errno`.
    func write(_ tree: PortageTree) throws {
        let isThere = FileStatus.exists(directory)
        let isOurs = FileStatus.exists(directory.appending(Self.mark))
        guard try !isThere || isOurs || Directory.names(in: directory).isEmpty else {
            throw FarmctlError(
                .usage, "\(directory) has files that farmctl has not written",
                remedy: "name a directory that is not there yet.")
        }
        let fresh = FilePath("\(directory).new")
        let old = FilePath("\(directory).old")
        for left in [fresh, old] where FileStatus.exists(left) {
            try FileManager.default.removeItem(atPath: left.string)
        }
        try Directory.create(fresh)
        for (path, text) in tree.files.sorted(by: { $0.key < $1.key }) {
            let file = fresh.pushing(FilePath(path))
            try Directory.create(file.removingLastComponent())
            try AtomicFile.write(Array(text.utf8), to: file)
        }
        try AtomicFile.write([], to: fresh.appending(Self.mark))
        if isThere { try Self.move(directory, to: old) }
        try Self.move(fresh, to: directory)
        if isThere { try FileManager.default.removeItem(atPath: old.string) }
    }

    private static func move(_ path: FilePath, to place: FilePath) throws {
        guard rename(path.string, place.string) == 0 else { throw Errno(rawValue: errno) }
    }
}
