internal import CArchive
internal import Glibc
package import SystemPackage

/// A libarchive reader that frees itself. Nothing is ever extracted to disk with it.
package struct ArchiveReader: ~Copyable {
    /// What libarchive said, in its own words.
    package struct Failure: Error {
        package let detail: String

        package init(detail: String) { self.detail = detail }

        package static func tooLarge(_ limit: Int64) -> Failure {
            Failure(detail: "it unpacks to more than \(limit) bytes")
        }
    }

    /// A member's header.
    package struct Member {
        package let name: String
        package let isPlainFile: Bool
        package let size: Int64
        /// Seconds since 1970.
        package let modified: Int64
    }

    private let handle: OpaquePointer
    /// What libarchive reads from, and does not hold.
    private let source: ByteSource?
    /// Bytes that it may unpack to.
    package let limit: Int64

    /// The uncompressed tar behind an open descriptor. The descriptor stays the caller's.
    package init(tar descriptor: FileDescriptor) throws(Failure) {
        limit = .max
        source = nil
        handle = try Self.opened { archive_read_open_fd($0, descriptor.rawValue, 256 * 1024) }
    }

    /// A tar in memory, compressed by any of the methods of GLEP 78 that libarchive decodes itself.
    /// - Parameter memory: must outlive the reader.
    package init(compressedTar memory: UnsafeRawBufferPointer) throws(Failure) {
        limit = .max
        source = nil
        handle = try Self.opened { handle in
            let result = archive_read_append_filter(handle, Compression.filter(of: memory))
            guard result == ARCHIVE_OK else { return result }
            return archive_read_open_memory(handle, memory.baseAddress, memory.count)
        }
    }

    /// A tar, compressed in the same ways, that is a part of something else.
    /// - Parameters:
    ///   - limit: bytes that it may unpack to.
    package init(compressedTar source: ByteSource, limit: Int64) throws(Failure) {
        self.limit = limit
        self.source = source
        handle = try Self.opened { Self.open($0, unpacking: source) }
    }

    /// An uncompressed tar that is a part of something else.
    /// - Parameters:
    ///   - limit: bytes that it may have.
    package init(tar source: ByteSource, limit: Int64) throws(Failure) {
        self.limit = limit
        self.source = source
        handle = try Self.opened { Self.open($0, source) }
    }

    /// Something compressed in the same ways, or not at all: one member, whose content is what it unpacks to.
    package init(unpacking source: ByteSource) throws(Failure) {
        limit = .max
        self.source = source
        handle = try Self.opened(format: archive_read_support_format_raw) { Self.open($0, unpacking: source) }
    }

    private static func open(_ handle: OpaquePointer, unpacking source: ByteSource) -> Int32 {
        let result = archive_read_append_filter(handle, Compression.filter(of: source.peek()))
        return result == ARCHIVE_OK ? open(handle, source) : result
    }

    private static func open(_ handle: OpaquePointer, _ source: ByteSource) -> Int32 {
        archive_read_open(
            handle, Unmanaged.passUnretained(source).toOpaque(), nil,
            { _, client, piece in
                guard let client, let piece,
                    let next = Unmanaged<ByteSource>.fromOpaque(client).takeUnretainedValue().take()
                else { return -1 }
                piece.pointee = next.baseAddress
                return next.count
            }, nil)
    }

    deinit {
        archive_read_free(handle)
    }

    private static func opened(
        format: (OpaquePointer) -> Int32 = archive_read_support_format_tar, _ open: (OpaquePointer) -> Int32
    ) throws(Failure) -> OpaquePointer {
        guard let handle = archive_read_new() else { throw Failure(detail: "out of memory") }
        _ = format(handle)
        guard open(handle) == ARCHIVE_OK else {
            let failure = failure(of: handle)
            archive_read_free(handle)
            throw failure
        }
        return handle
    }

    /// The next member, nil at the end of the archive.
    package func next() throws(Failure) -> Member? {
        var entry: OpaquePointer?
        let result = archive_read_next_header(handle, &entry)
        if result == ARCHIVE_EOF { return nil }
        // A warning is a damaged or unusual header: nothing that Portage writes.
        guard result == ARCHIVE_OK, let entry else { throw Self.failure(of: handle) }
        guard let name = archive_entry_pathname(entry) else { throw Failure(detail: "a member without a name") }
        let isPlain = archive_entry_filetype(entry) == FileKind.plain && archive_entry_hardlink(entry) == nil
        return Member(
            name: String(cString: name), isPlainFile: isPlain, size: archive_entry_size(entry),
            modified: Int64(archive_entry_mtime(entry)))
    }

    /// Reads the current member's content piece by piece.
    package func readContent(
        into buffer: UnsafeMutableRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Bool
    ) throws(Failure) {
        while true {
            let count = archive_read_data(handle, buffer.baseAddress, buffer.count)
            if count == 0 { return }
            guard count > 0 else { throw Self.failure(of: handle) }
            try checkLimit()
            guard body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) else { return }
        }
    }

    /// Reads what is left of the current member: passing it over with the next header, libarchive would unpack all of it
    /// however much that is.
    package func passOver() throws(Failure) { try readBlocks { _, _, _ in } }

    /// Writes the current member's content where another archive or a disk takes it.
    /// - Parameter writer: libarchive's; it has the member's header.
    package func copyContent(to writer: OpaquePointer) throws(Failure) {
        try readBlocks { piece, size, offset throws(Failure) in
            guard archive_write_data_block(writer, piece, size, offset) >= ARCHIVE_WARN else {
                throw Self.failure(of: writer)
            }
        }
    }

    private func readBlocks(
        _ body: (_ piece: UnsafeRawPointer?, _ size: Int, _ offset: Int64) throws(Failure) -> Void
    ) throws(Failure) {
        var piece: UnsafeRawPointer?
        var size = 0
        var offset: Int64 = 0
        while true {
            let result = archive_read_data_block(handle, &piece, &size, &offset)
            if result == ARCHIVE_EOF { return }
            guard result >= ARCHIVE_WARN else { throw Self.failure(of: handle) }
            try checkLimit()
            try body(piece, size, offset)
        }
    }

    private func checkLimit() throws(Failure) {
        guard archive_filter_bytes(handle, 0) <= limit else { throw tooLarge }
    }

    package var tooLarge: Failure { .tooLarge(limit) }

    /// Bytes of the unpacked archive that have been taken.
    package var position: Int64 { archive_filter_bytes(handle, 0) }

    /// Bytes of what it reads from that have been taken.
    package var positionInSource: Int64 { archive_filter_bytes(handle, -1) }

    /// The current member's content, for another reader.
    package func stream(buffer: UnsafeMutableRawBufferPointer) -> ArchiveMemberStream {
        ArchiveMemberStream(handle, buffer: buffer)
    }

    /// The same without its digest.
    /// - Parameter limit: bytes that there may be.
    package func unpacked(limit: Int64, buffer: UnsafeMutableRawBufferPointer) -> UnpackedStream {
        UnpackedStream(handle, limit: limit, buffer: buffer)
    }

    /// The next member with all that an installed file has, nil at the end of the archive. The entry is libarchive's own, and
    /// good until the next.
    package func nextFile() throws(Failure) -> (file: InstalledFile, entry: OpaquePointer)? {
        var entry: OpaquePointer?
        let result = archive_read_next_header(handle, &entry)
        if result == ARCHIVE_EOF { return nil }
        // A name that this process's locale does not know is only a warning.
        guard result >= ARCHIVE_WARN, let entry else { throw Self.failure(of: handle) }
        guard let path = Self.bytes(archive_entry_pathname(entry), archive_entry_pathname_utf8(entry)) else {
            throw Failure(detail: "a member without a name")
        }
        let file = InstalledFile(
            path: path, size: archive_entry_size(entry), type: UInt32(archive_entry_filetype(entry)),
            mode: UInt32(archive_entry_perm(entry)),
            owner: archive_entry_uid(entry), group: archive_entry_gid(entry),
            device: UInt64(archive_entry_rdev(entry)),
            symbolicLink: Self.bytes(archive_entry_symlink(entry), archive_entry_symlink_utf8(entry)),
            hardLink: Self.bytes(archive_entry_hardlink(entry), archive_entry_hardlink_utf8(entry)))
        return (file, entry)
    }

    /// As they stand in the archive; libarchive has no such bytes of a UTF-8 name outside the process's locale.
    private static func bytes(_ raw: UnsafePointer<CChar>?, _ utf8: UnsafePointer<CChar>?) -> [UInt8]? {
        guard let text = raw ?? utf8 else { return nil }
        return Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    package static func failure(of handle: OpaquePointer) -> Failure {
        Failure(detail: archive_error_string(handle).map { String(cString: $0) } ?? "unknown error")
    }
}
