internal import Glibc
internal import Shared
internal import SystemPackage

/// Questions to the system that every check may have.
enum HostProbe {
    static var isRoot: Bool { geteuid() == 0 }

    /// The name of the user this runs as; the number, when it has none.
    static var user: String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var space = [CChar](repeating: 0, count: 1 << 14)
        guard getpwuid_r(geteuid(), &entry, &space, space.count, &found) == 0, found != nil, let name = entry.pw_name
        else { return "\(geteuid())" }
        return String(cString: name)
    }

    /// Where `program` is, as a shell finds it.
    static func find(_ program: String) -> FilePath? {
        if program.contains("/") { return access(program, X_OK) == 0 ? FilePath(program) : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { FilePath(String($0)).appending(program) }
            .first { access($0.string, X_OK) == 0 }
    }

    static func has(_ program: String) -> Bool {
        // Programs of the administrator's are not in everybody's PATH.
        find(program) != nil || ["/usr/sbin", "/sbin"].contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    static var packageManager: PackageManager? { PackageManager.allCases.first { find($0.rawValue) != nil } }

    /// The number in a file of /proc.
    static func number(_ path: FilePath) -> Int? {
        (try? SmallFile.read(path)).flatMap { Int($0.split(whereSeparator: \.isWhitespace).first ?? "") }
    }

    /// Major and minor number.
    static var kernel: [Int] {
        let text = (try? SmallFile.read("/proc/sys/kernel/osrelease")) ?? ""
        return text.split(separator: ".").prefix(2).compactMap { Int($0.prefix { $0.isNumber }) }
    }

    static func clock() -> ClockFacts {
        ClockFacts(
            isSynchronised: KernelClock.isSynchronised, hasTimedatectl: has("timedatectl"),
            packageManager: packageManager)
    }

    static func userNamespaces() -> UserNamespaceFacts {
        func ranges(_ path: FilePath) -> [UserNamespaceFacts.IDRange] {
            UserNamespaceFacts.IDRange.parse((try? SmallFile.read(path)) ?? "")
        }
        let switches = ((try? SmallFile.read("/etc/nsswitch.conf")) ?? "").split(separator: "\n")
        let runtime = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) }
        return UserNamespaceFacts(
            user: user, userID: Int(geteuid()), most: number("/proc/sys/user/max_user_namespaces"),
            unprivilegedClone: number("/proc/sys/kernel/unprivileged_userns_clone"),
            userRanges: ranges("/etc/subuid"), groupRanges: ranges("/etc/subgid"),
            rangesAreElsewhere: switches.contains { $0.hasPrefix("subid:") && !$0.contains("files") },
            hasIDMapPrograms: has("newuidmap") && has("newgidmap"),
            hasRuntimeDirectory: runtime.map { access($0, W_OK) == 0 } ?? false, packageManager: packageManager)
    }

    static func capacity(_ configuration: WorkerConfiguration, file: FilePath) -> CapacityFacts {
        CapacityFacts(
            hostCores: HostFacts.cores, hostMemory: HostFacts.memory, slots: configuration.slots,
            cores: configuration.cores, memory: configuration.memory, configurationFile: file)
    }
}

/// adjtimex(2), which Swift's Glibc does not have.
enum KernelClock {
    private typealias Call = @convention(c) (UnsafeMutableRawPointer) -> Int32

    /// What `adjtimex` returns for a clock that nobody synchronises: TIME_ERROR.
    private static let unsynchronised: Int32 = 5

    /// nil: the kernel, or who confines this process, does not tell.
    static var isSynchronised: Bool? {
        guard let symbol = dlsym(nil, "adjtimex") else { return nil }
        let call = unsafeBitCast(symbol, to: Call.self)
        // `struct timex` takes 208 bytes at most. All zero, it asks and changes nothing.
        var timex = [UInt64](repeating: 0, count: 64)
        let state = timex.withUnsafeMutableBytes { bytes in bytes.baseAddress.map { call($0) } ?? -1 }
        return state < 0 ? nil : state != unsynchronised
    }
}
