internal import CArchive

/// gzip in memory through libarchive.
package enum Gzip {
    /// Packs the bytes. The header has neither a name nor a time, so that equal input gives equal output.
    package static func compress(_ bytes: [UInt8]) throws(ArchiveReader.Failure) -> [UInt8] {
        guard let archive = archive_write_new() else { throw .init(detail: "out of memory") }
        func check(_ result: Int32) throws(ArchiveReader.Failure) {
            guard result == ARCHIVE_OK else {
                throw .init(detail: archive_error_string(archive).map { String(cString: $0) } ?? "unknown error")
            }
        }
        // Packed text is never much larger than the text.
        let space = UnsafeMutableRawBufferPointer.allocate(
            byteCount: bytes.count + bytes.count / 100 + 4096, alignment: 16)
        // Deallocated after the archive is freed: freeing an archive that was not closed writes its end.
        defer { space.deallocate() }
        let used = UnsafeMutablePointer<Int>.allocate(capacity: 1)
        used.initialize(to: 0)
        defer { used.deallocate() }
        defer { archive_write_free(archive) }
        try check(archive_write_set_format_raw(archive))
        try check(archive_write_add_filter_gzip(archive))
        try check(archive_write_set_options(archive, "gzip:!timestamp"))
        try check(archive_write_set_bytes_per_block(archive, 0))
        try check(archive_write_set_bytes_in_last_block(archive, 1))
        try check(archive_write_open_memory(archive, space.baseAddress, space.count, used))
        let entry = archive_entry_new()
        defer { archive_entry_free(entry) }
        archive_entry_set_filetype(entry, FileKind.plain)
        try check(archive_write_header(archive, entry))
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
            guard count > 0 else { throw .init(detail: "libarchive cannot compress") }
            rest = rest.dropFirst(count)
        }
        try check(archive_write_close(archive))
        return Array(space[..<used.pointee])
    }
}
