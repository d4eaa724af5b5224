internal import Glibc
internal import Shared
internal import SystemPackage

/// The distfiles that this host has, each under its BLAKE2B. Containers see it read-only.
struct DistfileShelf: Sendable {
    let directory: FilePath

    private static let unfinished = ".unfinished"

    /// Removes copies that were interrupted.
    init(directory: FilePath) throws {
        self.directory = directory
        try Directory.create(directory)
        for name in try Directory.names(in: directory) where name.hasPrefix(Self.unfinished) {
            unlink(directory.appending(name).string)
        }
    }

    func path(of distfile: Distfile) -> FilePath { directory.appending(distfile.digest.hex) }

    /// It was checked before it got its name; the size tells a file that a crash of the host cut short.
    func has(_ distfile: Distfile) -> Bool { (try? FileStatus.size(of: path(of: distfile))) == distfile.size }

    /// Names those that are here in a DISTDIR, as links that a container can follow.
    func name(_ distfiles: [Distfile], in distdir: FilePath) throws {
        for distfile in distfiles where has(distfile) {
            let name = distdir.appending(distfile.name)
            let target = FilePath(ContainerLayout.hostDistfiles).appending(distfile.digest.hex)
            unlink(name.string)
            guard symlink(target.string, name.string) == 0 else { throw Errno(rawValue: errno) }
        }
    }

    /// Gives a file that the coordinator sent its place; it may have its old name too. Another build may have done so
    /// before, and the file be gone since.
    func add(_ distfile: Distfile, from file: FilePath) throws {
        let path = path(of: distfile)
        // Its size alone is looked at later: it must be what the disk has.
        if let written = try? FileDescriptor.open(file, .readOnly, options: .closeOnExec) {
            try written.closeAfter { guard fsync(written.rawValue) == 0 else { throw Errno(rawValue: errno) } }
        }
        guard link(file.string, path.string) != 0 else { return }
        let code = Errno(rawValue: errno)
        if has(distfile) { return }
        guard code == .fileExists else { throw code }
        unlink(path.string)
        guard link(file.string, path.string) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Copies what a container has fetched, when it is that file. Blocks.
    /// - Parameter attempt: the directory that only this worker writes; `file` lies below it.
    /// - Returns: nil when it is another file.
    /// - Throws: as `ForeignFile`, and `Errno`.
    func take(_ distfile: Distfile, fetched file: FilePath, below attempt: FilePath) throws -> Blob? {
        let source = try ForeignFile(file, below: attempt)
        guard source.size == distfile.size else { return nil }
        let copy = directory.appending("\(Self.unfinished).\(UInt64.random(in: 0...UInt64.max))")
        let copied = try DigestingCopy(from: source.descriptor, to: copy)
        guard copied.blake2b == distfile.digest else {
            unlink(copy.string)
            return nil
        }
        guard rename(copy.string, path(of: distfile).string) == 0 else {
            let code = Errno(rawValue: errno)
            unlink(copy.string)
            throw code
        }
        return copied.blob
    }
}
