/// The kinds of files, as in `st_mode`: macros of archive_entry.h and of sys/stat.h that Swift does not import, or twice.
package enum FileKind {
    package static let plain: UInt32 = 0o100000
    package static let directory: UInt32 = 0o040000
    package static let symbolicLink: UInt32 = 0o120000
}
