import Glibc
import Shared
import SystemPackage

/// A directory of files that can be had again. How lately one was used, its modification time says.
struct Cache {
    let directory: FilePath

    /// Archives of other people's images.
    static var images: Cache { Cache(directory: Environment.cache.appending("images")) }
    /// Archives of repositories at a commit.
    static var overlays: Cache { Cache(directory: Environment.cache.appending("overlays")) }

    /// The file of this name; nil when it is not there. It counts as used.
    func file(_ name: String) -> FilePath? {
        let path = directory.appending(name)
        // Fails where there is none.
        return utimensat(AT_FDCWD, path.string, nil, 0) == 0 ? path : nil
    }

    /// Has a file made beside its place, and puts it there whole.
    func add(_ name: String, _ make: (FilePath) async throws -> Void) async throws -> FilePath {
        do { try Directory.create(directory) } catch {
            throw FarmctlError(.failed, "\(directory) cannot be made: \(error)")
        }
        let fresh = directory.appending(".\(UInt64.random(in: 0 ... .max)).new")
        defer { unlink(fresh.string) }
        try await make(fresh)
        // Its name says what is in it: that has to be so after a power cut, too.
        if let file = try? FileDescriptor.open(fresh, .readOnly) {
            fsync(file.rawValue)
            try? file.close()
        }
        let place = directory.appending(name)
        guard rename(fresh.string, place.string) == 0 else {
            throw FarmctlError(.failed, "\(place) cannot be written: \(Errno(rawValue: errno))")
        }
        return place
    }

    /// Removes what was not used for so long, also what one that died has left.
    /// - Returns: how many files go, and their bytes.
    func prune(olderThan age: Duration, removes: Bool) throws(FarmctlError) -> (count: Int, bytes: Int64) {
        guard FileStatus.exists(directory) else { return (0, 0) }
        var (count, bytes): (Int, Int64) = (0, 0)
        do {
            let limit = Int64(time(nil)) - age.components.seconds
            for name in try Directory.names(in: directory) {
                let path = directory.appending(name)
                guard let used = try? FileStatus.modified(path).seconds, used < limit else { continue }
                count += 1
                bytes += try FileStatus.size(of: path)
                if removes { unlink(path.string) }
            }
        } catch {
            throw FarmctlError(.failed, "\(directory) cannot be looked through: \(error)")
        }
        return (count, bytes)
    }
}
