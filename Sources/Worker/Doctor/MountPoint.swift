internal import SystemPackage

/// A line of /proc/self/mounts.
struct MountPoint: Sendable, Equatable {
    var path: FilePath
    /// Of the file system, such as `ext4`.
    var type: String
    var options: [String]

    /// Where the file system of `path`, a real path, is mounted; the last of several at one place hides the others.
    static func of(_ path: FilePath, in table: String) -> MountPoint? {
        var nearest: MountPoint?
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count >= 4 else { continue }
            let point = FilePath(fields[1].replacing("\\040", with: " "))
            guard path.starts(with: point), point.components.count >= nearest?.path.components.count ?? 0 else {
                continue
            }
            nearest = MountPoint(
                path: point, type: fields[2], options: fields[3].split(separator: ",").map(String.init))
        }
        return nearest
    }
}
