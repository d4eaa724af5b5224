internal import Shared

/// What rootless containers need of the host.
struct UserNamespaceFacts: Sendable {
    /// One line of /etc/subuid or /etc/subgid.
    struct IDRange: Sendable, Equatable {
        var owner: String
        var first: Int
        var count: Int

        /// The lines of such a file that make sense.
        static func parse(_ text: String) -> [IDRange] {
            text.split(separator: "\n").compactMap { line in
                let parts = line.split(separator: ":")
                guard parts.count == 3, let first = Int(parts[1]), let count = Int(parts[2]) else { return nil }
                return IDRange(owner: String(parts[0]), first: first, count: count)
            }
        }
    }

    var user: String
    var userID: Int
    /// /proc/sys/user/max_user_namespaces; nil: the kernel has none.
    var most: Int?
    /// /proc/sys/kernel/unprivileged_userns_clone, of some distributions' kernels.
    var unprivilegedClone: Int?
    var userRanges: [IDRange] = []
    var groupRanges: [IDRange] = []
    /// /etc/nsswitch.conf says that the ranges are not in these files.
    var rangesAreElsewhere = false
    var hasIDMapPrograms = true
    var hasRuntimeDirectory = true
    var packageManager: PackageManager?
}

/// User namespaces and ids for rootless podman.
enum UserNamespaceCheck {
    /// Ids that a system's users and groups take, `nobody` (65534) among them.
    static let neededIDs = 65_536

    static func findings(_ facts: UserNamespaceFacts) -> [Diagnosis] {
        [kernel(facts), ids(facts), runtimeDirectory(facts)].compactMap { $0 }
    }

    private static func kernel(_ facts: UserNamespaceFacts) -> Diagnosis {
        let what = "user namespaces"
        func set(_ name: String, _ value: Int) -> String {
            "echo \(name)=\(value) | sudo tee /etc/sysctl.d/60-binfarm-\(name.split(separator: ".")[1]).conf"
                + " && sudo sysctl -w \(name)=\(value)"
        }
        guard let most = facts.most else {
            return .problem(
                what, "this kernel has none, and rootless podman needs them",
                mend: "build the kernel with CONFIG_USER_NS=y, or run the worker as root")
        }
        if most == 0 {
            return .problem(
                what, "/proc/sys/user/max_user_namespaces is 0, and rootless podman needs them",
                mend: set("user.max_user_namespaces", 15_000))
        }
        if facts.unprivilegedClone == 0 {
            return .problem(
                what, "kernel.unprivileged_userns_clone is 0: only root may make them",
                mend: set("kernel.unprivileged_userns_clone", 1))
        }
        return .ok(what, "up to \(most)")
    }

    private static func ids(_ facts: UserNamespaceFacts) -> Diagnosis {
        let what = "subordinate ids"
        if !facts.hasIDMapPrograms {
            return .problem(
                what, "newuidmap and newgidmap are missing",
                mend: PackageManager.install(.idMaps, with: facts.packageManager))
        }
        let users = count(facts.userRanges, facts)
        let groups = count(facts.groupRanges, facts)
        if users >= neededIDs, groups >= neededIDs { return .ok(what, "\(users) user ids, \(groups) group ids") }
        if facts.rangesAreElsewhere {
            return .warning(
                what, "/etc/nsswitch.conf says that they are not in /etc/subuid and /etc/subgid: not checked")
        }
        let first = free(facts.userRanges + facts.groupRanges)
        let range = "\(first)-\(first + neededIDs - 1)"
        return .problem(
            what,
            "\(facts.user) has \(users) user ids in /etc/subuid and \(groups) group ids in /etc/subgid, of"
                + " \(neededIDs) that a container needs",
            mend: "sudo usermod --add-subuids \(range) --add-subgids \(range) \(ShellWord.quoted(facts.user))"
                + " && podman system migrate")
    }

    private static func count(_ ranges: [UserNamespaceFacts.IDRange], _ facts: UserNamespaceFacts) -> Int {
        ranges.filter { $0.owner == facts.user || $0.owner == "\(facts.userID)" }
            .reduce(0) { $0.addingReportingOverflow($1.count).partialValue }
    }

    /// The first id behind all that are given to somebody.
    private static func free(_ ranges: [UserNamespaceFacts.IDRange]) -> Int {
        ranges.map { $0.first.addingReportingOverflow($0.count).partialValue }.reduce(100_000, max)
    }

    private static func runtimeDirectory(_ facts: UserNamespaceFacts) -> Diagnosis? {
        guard !facts.hasRuntimeDirectory else { return nil }
        return .warning(
            "runtime directory",
            "XDG_RUNTIME_DIR names no directory of \(facts.user)'s: podman keeps its state in /tmp",
            mend:
                "sudo loginctl enable-linger \(ShellWord.quoted(facts.user)) && export XDG_RUNTIME_DIR=/run/user/\(facts.userID)"
        )
    }
}
