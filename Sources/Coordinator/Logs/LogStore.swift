import Glibc
import Shared
import SystemPackage

/// The logs of all attempts, appended while they run as `RUN/JOB.FENCE.log`, packed when they have ended as `….log.zst`, and
/// kept; and beside each what else is evidence.
struct LogStore: Sendable {
    let directory: FilePath
    /// Evidence on its way in.
    let incoming: Staging
    /// The most that is kept of one log, bytes. Workers cut long logs themselves; this bounds one that does not.
    static let largest: Int64 = 512 << 20

    init(directory: FilePath) throws {
        self.directory = directory
        try Directory.create(directory)
        incoming = try Staging(directory: directory.appending("incoming"), reserve: 0)
        incoming.removeAll()
    }

    func path(of attempt: AttemptID) -> FilePath { file(attempt, "log") }
    func packedPath(of attempt: AttemptID) -> FilePath { file(attempt, "log.zst") }
    func path(of part: EvidencePart, _ attempt: AttemptID) -> FilePath {
        switch part {
        case .report: file(attempt, "report.json")
        case .files: file(attempt, "files.tar.gz")
        }
    }

    private func file(_ attempt: AttemptID, _ suffix: String) -> FilePath {
        let job = attempt.job.isResolving ? "resolve" : "\(attempt.job.index)"
        return directory.appending("\(attempt.job.run)").appending("\(job).\(attempt.fence).\(suffix)")
    }

    /// Bytes held; 0 when there is no log yet.
    func size(of attempt: AttemptID) -> Int64 {
        if let size = try? FileStatus.size(of: path(of: attempt)) { return size }
        return (try? PackedLog(packedPath(of: attempt)).size) ?? 0
    }

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
        do {
            return try read(path(of: attempt), from: offset, limit: limit)
        } catch Errno.noSuchFileOrDirectory {
            // It may have been packed this very moment.
            guard FileStatus.exists(packedPath(of: attempt)) else { return [] }
            return try PackedLog(packedPath(of: attempt)).read(from: offset, limit: limit)
        }
    }

    /// A piece of what else there is; nil when there is none.
    func read(_ part: EvidencePart, of attempt: AttemptID, from offset: Int64, limit: Int) throws -> [UInt8]? {
        do {
            return try read(path(of: part, attempt), from: offset, limit: limit)
        } catch Errno.noSuchFileOrDirectory {
            return nil
        }
    }

    private func read(_ path: FilePath, from offset: Int64, limit: Int) throws -> [UInt8] {
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        return try file.closeAfter {
            try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                count = try file.read(fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }

    /// Takes over a file that was received and checked.
    func keep(_ digest: ContentDigest, as part: EvidencePart, of attempt: AttemptID) throws {
        let path = path(of: part, attempt)
        try Directory.create(path.removingLastComponent())
        guard rename(incoming.path(of: digest).string, path.string) == 0 else { throw Errno(rawValue: errno) }
    }

    // MARK: Packing

    /// Packs the log of an attempt that has ended; nothing when there is none. Blocks.
    func pack(_ attempt: AttemptID) throws {
        let path = path(of: attempt)
        guard FileStatus.exists(path) else { return }
        try PackedLog.pack(path, to: packedPath(of: attempt))
        unlink(path.string)
    }

    /// Attempts whose logs are not packed.
    func unpacked() throws -> [AttemptID] {
        try Directory.names(in: directory).flatMap { name -> [AttemptID] in
            guard let run = Int64(name) else { return [] }
            return try Directory.names(in: directory.appending(name)).compactMap { file in
                let parts = file.split(separator: ".")
                guard parts.count == 3, parts[2] == "log", let fence = UInt64(parts[1]),
                    let job = parts[0] == "resolve" ? JobID.resolvingIndex : Int32(parts[0])
                else { return nil }
                return AttemptID(job: JobID(run: RunID(rawValue: run), index: job), fence: Fence(rawValue: fence))
            }
        }
    }
}
