internal import Glibc
internal import Shared
internal import SystemPackage

/// What this host has.
enum HostFacts {
    static var name: String {
        var text = [CChar](repeating: 0, count: 256)
        guard gethostname(&text, text.count - 1) == 0 else { return "unknown" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static var cores: Int32 { Int32(clamping: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// No more than there are: docker refuses a container that shall have more.
    static func cores(atMost count: Int32) -> Int32 { min(count, cores) }

    /// Another after each start of the kernel (random(4)); empty when it does not tell.
    static var boot: String { (try? SmallFile.read("/proc/sys/kernel/random/boot_id"))?.trimmedEnds ?? "" }

    /// Bytes.
    static var memory: Int64 { memoryInfo("MemTotal") }
    /// Bytes.
    static var memoryFree: Int64 { memoryInfo("MemAvailable") }

    /// Processes that ran or waited for a disk, on average over the last minute (proc(5)); nil where it cannot be read.
    static var load: Double? {
        (try? SmallFile.read("/proc/loadavg"))?.split(separator: " ").first.flatMap { Double($0) }
    }

    /// Bytes that this user can still write below `path`.
    static func diskFree(_ path: FilePath) -> Int64 {
        var status = statvfs()
        guard statvfs(path.string, &status) == 0 else { return 0 }
        return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    private static func memoryInfo(_ name: String) -> Int64 {
        guard let text = try? SmallFile.read("/proc/meminfo") else { return 0 }
        for line in text.split(separator: "\n") where line.hasPrefix("\(name):") {
            let digits = line.dropFirst(name.count + 1).drop { $0 == " " }.prefix { $0.isNumber }
            return (Int64(digits) ?? 0) * 1024
        }
        return 0
    }
}

/// Small text files, such as those of /proc, which have no size.
enum SmallFile {
    static func read(_ path: FilePath, limit: Int = 1 << 20) throws -> String {
        String(decoding: try bytes(path, limit: limit), as: UTF8.self)
    }

    /// - Parameter offset: bytes that are passed over.
    static func bytes(_ path: FilePath, from offset: Int64 = 0, limit: Int = 1 << 20) throws -> [UInt8] {
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        return try file.closeAfter {
            if offset > 0 { try file.seek(offset: offset, from: .start) }
            var bytes: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            while bytes.count < limit {
                let count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
                guard count > 0 else { break }
                bytes += piece[..<count]
            }
            return bytes
        }
    }
}
