internal import Binpkgs
internal import CArchive
internal import Glibc
internal import SystemPackage

/// Writes the tar of a layer: what says nothing about a file's content, such as when it was read, is left out, so that the
/// same files are the same bytes.
final class LayerArchive {
    private let handle: OpaquePointer
    private let sink: LayerSink

    init(_ sink: LayerSink) throws(LayerError) {
        guard let handle = archive_write_new() else { throw LayerError("out of memory") }
        // ustar, with pax headers for files that need them.
        archive_write_set_format_pax_restricted(handle)
        archive_write_set_bytes_per_block(handle, 64 << 10)
        archive_write_set_bytes_in_last_block(handle, 1)
        let result = archive_write_open(
            handle, Unmanaged.passUnretained(sink).toOpaque(), nil,
            { _, client, bytes, count in
                guard let client else { return -1 }
                let sink = Unmanaged<LayerSink>.fromOpaque(client).takeUnretainedValue()
                return sink.write(UnsafeRawBufferPointer(start: bytes, count: count)) ? count : -1
            }, nil)
        guard result == ARCHIVE_OK else {
            archive_write_free(handle)
            throw LayerError("a tar cannot be begun")
        }
        self.handle = handle
        self.sink = sink
    }

    deinit { archive_write_free(handle) }

    /// Begins a file with what another archive says of it.
    /// - Parameter entry: is changed.
    func begin(_ entry: OpaquePointer, at path: [UInt8], hardLink: [UInt8]?) throws(LayerError) {
        // Bytes, as they are: a name need not be UTF-8.
        (path + [0]).withUnsafeBytes {
            archive_entry_set_pathname(entry, $0.assumingMemoryBound(to: CChar.self).baseAddress)
        }
        if let hardLink {
            (hardLink + [0]).withUnsafeBytes {
                archive_entry_set_hardlink(entry, $0.assumingMemoryBound(to: CChar.self).baseAddress)
            }
        }
        // Numbers are what counts: names may be another host's.
        archive_entry_set_uname(entry, nil)
        archive_entry_set_gname(entry, nil)
        archive_entry_set_mtime(entry, archive_entry_mtime(entry), 0)
        archive_entry_unset_atime(entry)
        archive_entry_unset_ctime(entry)
        archive_entry_unset_birthtime(entry)
        archive_entry_set_dev(entry, 0)
        archive_entry_set_ino64(entry, 0)
        archive_entry_set_nlink(entry, 1)
        try write(entry)
    }

    /// A plain file, or a directory where there are no bytes.
    /// - Parameter modified: seconds since 1970.
    func add(_ path: String, _ bytes: [UInt8]?, modified: Int64) throws(LayerError) {
        guard let entry = archive_entry_new() else { throw LayerError("out of memory") }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, path)
        archive_entry_set_filetype(entry, bytes == nil ? FileKind.directory : FileKind.plain)
        archive_entry_set_perm(entry, bytes == nil ? 0o755 : 0o644)
        archive_entry_set_size(entry, Int64(bytes?.count ?? 0))
        archive_entry_set_mtime(entry, time_t(modified), 0)
        try write(entry)
        guard let bytes else { return }
        let isWritten = bytes.withUnsafeBytes { archive_write_data(handle, $0.baseAddress, $0.count) == $0.count }
        guard isWritten else { throw failure }
    }

    private func write(_ entry: OpaquePointer) throws(LayerError) {
        // A name that this process's locale does not know is a warning: its bytes are written as they are.
        guard archive_write_header(handle, entry) >= ARCHIVE_WARN else { throw failure }
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = archive_write_data(handle, rest.baseAddress, rest.count)
            guard count > 0 else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    func finish() throws(LayerError) {
        guard archive_write_close(handle) == ARCHIVE_OK else { throw failure }
    }

    var failure: LayerError {
        if let failure = sink.failure { return LayerError("\(failure)") }
        return LayerError(archive_error_string(handle).map { String(cString: $0) } ?? "unknown error")
    }
}

/// A layer cannot be made of a package.
package struct LayerError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
