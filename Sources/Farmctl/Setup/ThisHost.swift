import Glibc
import Shared
import SystemPackage

/// What can be found out about the host that is set up.
struct ThisHost: Sendable, Equatable {
    /// As others call it, as far as it knows.
    var name: String
    var cores: Int
    /// Bytes.
    var memory: Int64
    var runsSystemd: Bool
    /// Cgroups of version 2.
    var hasUnifiedCgroups: Bool
    /// Where the programs were installed: /usr, or /usr/local.
    var prefix: FilePath

    static var current: ThisHost {
        ThisHost(
            name: fullName, cores: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            memory: Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE))),
            runsSystemd: FileStatus.isDirectory("/run/systemd/system"),
            hasUnifiedCgroups: FileStatus.exists("/sys/fs/cgroup/cgroup.controllers"), prefix: installed)
    }

    /// Without its domain: a worker's name.
    var shortName: String { String(name.prefix { $0 != "." }) }

    var sysusers: FilePath { prefix.appending("lib/sysusers.d/binfarm.conf") }
    var tmpfiles: FilePath { prefix.appending("lib/tmpfiles.d/binfarm.conf") }
    var subordinateIDs: FilePath { prefix.appending("libexec/binfarm/subordinate-ids") }

    /// The name with a domain that the resolver has for the kernel's, which mostly has none.
    private static var fullName: String {
        var text = [CChar](repeating: 0, count: 256)
        guard gethostname(&text, text.count - 1) == 0 else { return "localhost" }
        let own = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var hints = addrinfo()
        hints.ai_flags = AI_CANONNAME
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(own, nil, &hints, &found) == 0, let first = found else { return own }
        defer { freeaddrinfo(found) }
        let full = first.pointee.ai_canonname.map { String(cString: $0) } ?? own
        return full.hasPrefix("\(own).") && !full.hasSuffix(".localdomain") ? full : own
    }

    private static var installed: FilePath {
        guard let program = realpath("/proc/self/exe", nil) else { return "/usr" }
        defer { free(program) }
        return FilePath(platformString: program).removingLastComponent().removingLastComponent()
    }
}
