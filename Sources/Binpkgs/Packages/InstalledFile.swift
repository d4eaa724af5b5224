/// A member of a package's image: what will be installed, as bytes where the file system has bytes.
package struct InstalledFile {
    package var path: [UInt8]
    /// Bytes of its content, holes too.
    package var size: Int64
    /// The kind of file, as in `st_mode`.
    package var type: UInt32
    /// Permission bits, with set-uid and the like.
    package var mode: UInt32
    package var owner: Int64
    package var group: Int64
    package var device: UInt64
    /// Where a symbolic link points.
    package var symbolicLink: [UInt8]?
    /// Another name of a member that stands earlier.
    package var hardLink: [UInt8]?

    /// Without `./` and what stands in front of all members; nil for the root itself and what is beside it.
    /// - Parameter directory: `image/` in a gpkg, empty in an xpak.
    package static func installedPath(_ path: [UInt8], below directory: StaticString) -> [UInt8]? {
        var rest = path[...]
        while rest.starts(with: [0x2E, 0x2F]) { rest = rest.dropFirst(2) }
        while rest.last == 0x2F { rest = rest.dropLast() }
        let front = UnsafeBufferPointer(start: directory.utf8Start, count: directory.utf8CodeUnitCount)
        guard rest.starts(with: front) else { return nil }
        rest = rest.dropFirst(front.count)
        return rest.isEmpty || rest.elementsEqual([0x2E]) ? nil : Array(rest)
    }

    /// Whether a path leads out of the root that it is to be installed below.
    package static func leavesRoot(_ path: [UInt8]) -> Bool {
        path.first == 0x2F || path.split(separator: 0x2F).contains { $0.elementsEqual([0x2E, 0x2E]) }
    }

    /// Dependents never look at these: documentation, debug information and what Python writes again when it likes.
    package static func isInvisible(_ path: [UInt8]) -> Bool {
        path.suffix(4).elementsEqual(".pyc".utf8)
            || invisible.contains { path.starts(with: $0) && (path.count == $0.count || path[$0.count] == 0x2F) }
    }

    private static let invisible = [
        "usr/share/doc", "usr/share/man", "usr/share/info", "usr/lib/debug", "usr/src/debug",
    ].map { Array($0.utf8) }
}
