import Glibc

/// Calls that swift-system does not have.
enum SystemCalls {
    /// Opens a name in a directory for reading; -1 on failure.
    static func openat(_ directory: Int32, _ name: String, _ flags: Int32) -> Int32 {
        Glibc.openat(directory, name, O_RDONLY | flags)
    }
}
