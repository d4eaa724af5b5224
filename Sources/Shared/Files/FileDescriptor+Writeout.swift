internal import CLinux
package import SystemPackage

extension FileDescriptor {
    /// SYNC_FILE_RANGE_WRITE of fcntl.h.
    private static let write: UInt32 = 2

    /// Has the disk begin with a part of the file, so that there is little left to wait for when all of it is to be durable.
    /// Nothing is promised by it: only `fsync` tells of errors.
    package func beginWritingOut(_ range: Range<Int64>) {
        _ = sync_file_range(rawValue, range.lowerBound, Int64(range.count), Self.write)
    }
}
