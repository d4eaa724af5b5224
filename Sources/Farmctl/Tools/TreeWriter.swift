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

    /// - Throws: `FarmctlError` when the path names no place for it, or something else stands there; `Errno`.
    func write(_ tree: PortageTree) throws {
        let place = try resolved()
        let isThere = FileStatus.exists(place)
        let isOurs = FileStatus.exists(place.appending(Self.mark))
        guard try !isThere || isOurs || Directory.names(in: place).isEmpty else {
            throw FarmctlError(
                .usage, "\(directory) has files that farmctl has not written",
                remedy: "name a directory that is not there yet.")
        }
        // Names that nobody else has, also when two write at once.
        let name = ".\(place.lastComponent?.string ?? "portage").\(UInt64.random(in: 0 ... .max))"
        let (fresh, aside) = (
            place.removingLastComponent().appending("\(name).new"),
            place.removingLastComponent().appending("\(name).old")
        )
        guard mkdir(fresh.string, 0o755) == 0 else { throw Errno(rawValue: errno) }
        do {
            for (path, text) in tree.files.sorted(by: { $0.key < $1.key }) {
                let file = fresh.pushing(FilePath(path))
                try Directory.create(file.removingLastComponent())
                try AtomicFile.write(Array(text.utf8), to: file)
            }
            try AtomicFile.write([], to: fresh.appending(Self.mark))
            try Self.put(fresh, at: place, instead: isThere ? aside : nil)
        } catch {
            Self.remove(fresh)
            throw error
        }
        if isThere { Self.remove(aside) }
    }

    /// - Parameter aside: where what stands there waits meanwhile: who dies in between has lost nothing.
    private static func put(_ fresh: FilePath, at place: FilePath, instead aside: FilePath?) throws {
        if let aside, rename(place.string, aside.string) != 0 { throw Errno(rawValue: errno) }
        guard rename(fresh.string, place.string) != 0 else { return }
        let error = Errno(rawValue: errno)
        if let aside { _ = rename(aside.string, place.string) }
        throw error
    }

    /// Where a link leads, and where it is to be made, absolute.
    private func resolved() throws -> FilePath {
        guard let last = directory.lastComponent, last.kind == .regular else {
            throw FarmctlError(
                .usage, "'\(directory)' is no place for a tree", remedy: "name a directory that is not there yet.")
        }
        if let there = realpath(directory.string, nil) {
            defer { free(there) }
            return FilePath(platformString: there)
        }
        let parent = directory.removingLastComponent()
        guard let there = realpath(parent.isEmpty ? "." : parent.string, nil) else { throw Errno(rawValue: errno) }
        defer { free(there) }
        return FilePath(platformString: there).appending(last)
    }

    /// What cannot be removed lies there under a name that says whose it is.
    private static func remove(_ path: FilePath) { try? FileManager.default.removeItem(atPath: path.string) }
}
