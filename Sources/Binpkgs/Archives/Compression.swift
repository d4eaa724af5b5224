internal import CArchive

/// What something is compressed with, by its first bytes.
///
/// It is taken off once, as Portage does it: libarchive by itself takes off layer after layer, before anybody can look at a
/// limit. Those that libarchive leaves to other programs are not here.
package enum Compression {
    private static let marks: [(bytes: [UInt8], filter: Int32)] = [
        ([0x1F, 0x8B], ARCHIVE_FILTER_GZIP), (Array("BZh".utf8), ARCHIVE_FILTER_BZIP2),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], ARCHIVE_FILTER_XZ), ([0x5D, 0x00, 0x00], ARCHIVE_FILTER_LZMA),
        (Array("LZIP".utf8), ARCHIVE_FILTER_LZIP), ([0x04, 0x22, 0x4D, 0x18], ARCHIVE_FILTER_LZ4),
        ([0x28, 0xB5, 0x2F, 0xFD], ARCHIVE_FILTER_ZSTD),
    ]
    /// What a frame to be passed over begins with, behind a byte from 0x50 to 0x5F: pzstd writes one in front of others
    /// (RFC 8878, 3.1.2).
    private static let skippable: [UInt8] = [0x2A, 0x4D, 0x18]

    /// libarchive's number of the filter.
    package static func filter(of beginning: UnsafeRawBufferPointer?) -> Int32 {
        guard let beginning, let first = beginning.first else { return ARCHIVE_FILTER_NONE }
        if first & 0xF0 == 0x50, beginning.dropFirst().starts(with: skippable) { return ARCHIVE_FILTER_ZSTD }
        return marks.first { beginning.starts(with: $0.bytes) }?.filter ?? ARCHIVE_FILTER_NONE
    }
}
