import Glibc
import Shared
import SystemPackage

/// The logs of all attempts, `RUN/JOB.FENCE.log`, appended while they run and kept.
struct LogStore: Sendable {
    let directory: FilePath
    /// The most that is kept of one log, bytes. Workers cut long logs themselves; this bounds one that does not.
    static let largest: Int64 = 512 << 20

    init(directory: FilePath) throws {
        self.directory = directory
        try Directory.create(directory)
    }

    func path(of attempt: AttemptID) -> FilePath {
        let job = attempt.job.isResolving ? "resolve" : "\(attempt.job.index)"
        return directory.appending("\(attempt.job.run)").appending("\(job).\(attempt.fence).log")
    }

    /// Bytes held; 0 when there is no log yet.
    func size(of attempt: AttemptID) -> Int64 { (try? FileStatus.size(of: path(of: attempt))) ?? 0 }

    /// Appends what lies beyond the end; returns the bytes held then. A piece that begins beyond the end changes nothing.
    func append(_ bytes: UnsafeRawBufferPointer, at offset: Int64, to attempt: AttemptID) throws -> Int64 {
        let path = path(of: attempt)
        let held = size(of: attempt)
        guard offset >= 0, offset <= held else { return held }
        // Swallowed: a worker that would send it again for ever has something better to do.
        guard held < Self.largest else { return offset + Int64(bytes.count) }
        let known = held - offset
        guard known < bytes.count else { return held }
        if held == 0 { try Directory.create(path.removingLastComponent()) }
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .append, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        try file.closeAfter { _ = try file.writeAll(bytes[Int(known)...]) }
        return offset + Int64(bytes.count)
    }

    /// A piece of a log; empty beyond its end.
    func read(_ attempt: AttemptID, from offset: Int64, limit: Int) throws -> [UInt8] {
        let path = path(of: attempt)
        guard FileStatus.exists(path) else { return [] }
        let file = try FileDescriptor.open(path, .readOnly)
        return try file.closeAfter {
            try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                count = try file.read(fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }
}
