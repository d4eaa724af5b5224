internal import Glibc
internal import Shared
internal import SystemPackage

/// Looks at a directory and the file system below it. All of it blocks.
enum DiskProbe {
    static func facts(_ directory: FilePath, writes: Bool) -> DiskFacts {
        var place = directory
        while !FileStatus.exists(place), !place.isEmpty, place != "/" { place.removeLastComponent() }
        if place.isEmpty { place = "." }
        var status = statvfs()
        var facts = DiskFacts(directory: directory, free: 0, inodes: nil)
        if statvfs(place.string, &status) == 0 {
            facts.free = Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
            facts.inodes = status.f_files == 0 ? nil : Int64(clamping: UInt64(status.f_favail))
        }
        let table = (try? SmallFile.read("/proc/self/mounts")) ?? ""
        if let mount = MountPoint.of((try? RealPath.of(place)) ?? place, in: table) {
            facts.mountPoint = mount.path.string
            facts.kind = FileSystemKind(mount.type)
            facts.forbidsPrograms = mount.options.contains("noexec")
        }
        if writes { facts.access = access(directory, above: place) }
        return facts
    }

    private static func access(_ directory: FilePath, above: FilePath) -> DiskFacts.Access {
        guard directory == above else {
            return Glibc.access(above.string, W_OK | X_OK) == 0
                ? .absent : .failed("it is not there, and \(above): \(Errno(rawValue: errno))")
        }
        let file = directory.appending(".doctor.\(getpid())")
        do {
            let descriptor = try FileDescriptor.open(
                file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite])
            defer { unlink(file.string) }
            try descriptor.closeAfter { _ = try descriptor.writeAll([UInt8](repeating: 0, count: 4096)) }
            return .writable
        } catch {
            return .failed("\(error)")
        }
    }
}
