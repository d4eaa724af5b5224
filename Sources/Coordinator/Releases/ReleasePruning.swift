/// Which releases go.
enum ReleasePruning {
    /// - Parameter releases: the newest first.
    /// - Returns: all but the newest, the oldest first.
    static func chosen(from releases: [Release], keeping count: Int) -> [Release] {
        releases.dropFirst(max(0, count)).reversed()
    }
}

/// Counts the names of files that go: the last one frees the file.
struct LinkTally {
    private var seen: [UInt64: UInt64] = [:]

    /// One more name of the file goes.
    /// - Returns: the bytes that become free with it.
    mutating func count(inode: UInt64, links: UInt64, size: Int64) -> Int64 {
        seen[inode, default: 0] += 1
        return seen[inode] == links ? size : 0
    }
}
