internal import Shared

/// What builds need of the kernel to be shut off from the host and each other.
struct SandboxFacts: Sendable {
    enum Namespace: String, Sendable, CaseIterable {
        case mount, pid, ipc, network = "net", uts

        var option: String { "CONFIG_\(self == .mount ? "NAMESPACES" : rawValue.uppercased() + "_NS")=y" }
    }

    /// Those that could not be made, and why.
    var refused: [Namespace: String] = [:]
    /// `unshare` was there to try.
    var wasTried = true
    /// /proc/sys/user/max_*_namespaces that are 0.
    var exhausted: [Namespace] = []
    /// /proc/sys/kernel/yama/ptrace_scope; nil: there is none.
    var ptraceScope: Int?
    var hasSeccomp = true
    /// Rootless, and AppArmor keeps user namespaces from programs without a profile.
    var isRestrictedByAppArmor = false
}

enum SandboxCheck {
    static func findings(_ facts: SandboxFacts) -> [Diagnosis] { [namespaces(facts), ptrace(facts), seccomp(facts)] }

    private static func namespaces(_ facts: SandboxFacts) -> Diagnosis {
        let what = "namespaces"
        if !facts.exhausted.isEmpty {
            let names = facts.exhausted.map { "max_\(sysctl($0))_namespaces" }.joined(separator: ", ")
            return .problem(
                what, "none are allowed: \(names) of /proc/sys/user is 0",
                mend: facts.exhausted.map { "user.max_\(sysctl($0))_namespaces=15000" }
                    .reduce("sudo sysctl -w") { "\($0) \($1)" })
        }
        guard facts.wasTried else {
            return .warning(what, "not tried: there is no `unshare` (util-linux) on this host")
        }
        let refused = SandboxFacts.Namespace.allCases.filter { facts.refused[$0] != nil }
        guard let first = refused.first else { return .ok(what, "mount, pid, ipc, network and uts can be made") }
        let names = refused.map(\.rawValue).joined(separator: ", ")
        let reason = facts.refused[first] ?? ""
        if facts.isRestrictedByAppArmor {
            return .warning(
                what, "\(names) cannot be made by a program without an AppArmor profile (podman has one): \(reason)",
                mend: "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0")
        }
        return .problem(
            what, "\(names) cannot be made: \(reason)",
            mend:
                "build the kernel with \(refused.map(\.option).joined(separator: " ")); in a container, start that with"
                + " --privileged")
    }

    private static func sysctl(_ namespace: SandboxFacts.Namespace) -> String {
        namespace == .mount ? "mnt" : namespace.rawValue
    }

    private static func ptrace(_ facts: SandboxFacts) -> Diagnosis {
        switch facts.ptraceScope {
        case 3?:
            .problem(
                "ptrace", "kernel.yama.ptrace_scope is 3, nobody may: Portage's sandbox fails on static programs",
                mend: "set kernel.yama.ptrace_scope = 1 in /etc/sysctl.d and boot again: 3 cannot be taken back")
        case 2?:
            .warning(
                "ptrace", "kernel.yama.ptrace_scope is 2, root alone may: Portage's sandbox fails on static programs",
                mend: "sudo sysctl -w kernel.yama.ptrace_scope=1")
        default: .ok("ptrace", "a program may trace its children")
        }
    }

    private static func seccomp(_ facts: SandboxFacts) -> Diagnosis {
        facts.hasSeccomp
            ? .ok("seccomp", "the kernel has it")
            : .problem(
                "seccomp", "the kernel has none: engines start containers with a filter",
                mend: "build the kernel with CONFIG_SECCOMP_FILTER=y")
    }
}
