internal import Glibc
internal import SystemPackage

/// Copies files; blocks.
enum FileCopy {
    /// Shares the blocks where the file system can, else copies them in the kernel.
    static func copy(_ source: FilePath, to target: FilePath) throws {
        let from = try FileDescriptor.open(source, .readOnly, options: .closeOnExec)
        try from.closeAfter {
            let to = try FileDescriptor.open(
                target, .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            try to.closeAfter {
                while true {
                    let count = sendfile(to.rawValue, from.rawValue, nil, 1 << 30)
                    guard count >= 0 else { throw Errno(rawValue: errno) }
                    if count == 0 { return }
                }
            }
        }
    }
}
