import Binpkgs
import CArchive
import SystemPackage

/// A libarchive writer of plain tars that frees itself.
struct ArchiveWriter: ~Copyable {
    /// What the file system said.
    struct Failure: Error {
        let errno: Errno
    }

    private let handle: OpaquePointer

    /// Size from which Portage takes GNU's tar format for a container: ustar ends at 8 GiB.
    private static let largestPlain: Int64 = 8_000_000_000
    /// Bytes of a directory's name from which it does.
    private static let longestPlain = 154

    /// Writes into an open file, which stays the caller's.
    /// - Parameters:
    ///   - directory: of all members.
    ///   - size: of the largest member.
    init(_ descriptor: FileDescriptor, directory: String, size: Int64) throws(Failure) {
        handle = try Self.opened(
            descriptor, isLarge: size >= Self.largestPlain || directory.utf8.count >= Self.longestPlain)
    }

    private static func opened(_ descriptor: FileDescriptor, isLarge: Bool) throws(Failure) -> OpaquePointer {
        guard let handle = archive_write_new() else { throw Failure(errno: .noMemory) }
        if isLarge { archive_write_set_format_gnutar(handle) } else { archive_write_set_format_ustar(handle) }
        // Filled up to whole records, as Python's tarfile does it.
        archive_write_set_bytes_in_last_block(handle, 10240)
        guard archive_write_open_fd(handle, descriptor.rawValue) == ARCHIVE_OK else {
            let failure = failure(of: handle)
            archive_write_free(handle)
            throw failure
        }
        return handle
    }

    deinit { archive_write_free(handle) }

    /// Begins a plain file.
    /// - Parameter modified: seconds since 1970.
    func begin(_ name: String, size: Int64, modified: Int64) throws(Failure) {
        guard let entry = archive_entry_new() else { throw Failure(errno: .noMemory) }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, name)
        archive_entry_set_size(entry, size)
        archive_entry_set_filetype(entry, FileKind.plain)
        archive_entry_set_perm(entry, 0o644)
        archive_entry_set_mtime(entry, time_t(modified), 0)
        guard archive_write_header(handle, entry) == ARCHIVE_OK else { throw Self.failure(of: handle) }
    }

    /// Content of the file that was begun last.
    func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        var rest = bytes
        while !rest.isEmpty {
            let count = archive_write_data(handle, rest.baseAddress, rest.count)
            guard count > 0 else { throw Self.failure(of: handle) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    func add(_ name: String, _ bytes: [UInt8], modified: Int64) throws(Failure) {
        try begin(name, size: Int64(bytes.count), modified: modified)
        var failure: Failure?
        bytes.withUnsafeBytes { piece in
            do throws(Failure) { try write(piece) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private static func failure(of handle: OpaquePointer) -> Failure {
        // What libarchive refuses by itself has no errno, or a negative one.
        let code = archive_errno(handle)
        return Failure(errno: code > 0 ? Errno(rawValue: code) : .ioError)
    }

    /// Writes what ends the archive.
    func finish() throws(Failure) {
        guard archive_write_close(handle) == ARCHIVE_OK else { throw Self.failure(of: handle) }
    }
}
