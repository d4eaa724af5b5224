internal import Glibc
internal import Shared
internal import SystemPackage

/// Tries what builds need of the kernel, each in a short-lived process.
enum SandboxProbe {
    private static let limit = Duration.seconds(5)

    static func facts() async -> SandboxFacts {
        var facts = SandboxFacts()
        facts.ptraceScope = HostProbe.number("/proc/sys/kernel/yama/ptrace_scope")
        facts.hasSeccomp =
            ((try? SmallFile.read("/proc/self/status")) ?? "").split(separator: "\n").contains {
                $0.hasPrefix("Seccomp:")
            }
        facts.isRestrictedByAppArmor =
            !HostProbe.isRoot && HostProbe.number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1
        facts.exhausted = SandboxFacts.Namespace.allCases.filter { namespace in
            let name = namespace == .mount ? "mnt" : namespace.rawValue
            return HostProbe.number(FilePath("/proc/sys/user/max_\(name)_namespaces")) == 0
        }
        facts.wasTried = HostProbe.find("unshare") != nil
        guard facts.wasTried else { return facts }
        for namespace in SandboxFacts.Namespace.allCases {
            let words = unshare + ["--\(namespace.rawValue)"] + (namespace == .pid ? ["--fork"] : []) + ["true"]
            facts.refused[namespace] = await failure(words)
        }
        return facts
    }

    /// Mounts an overlay below `directory`, where only the mounting process sees it.
    static func overlay(in directory: FilePath) async -> OverlayFacts.Trial {
        guard HostProbe.find("unshare") != nil, access(directory.string, W_OK | X_OK) == 0 else { return .notTried }
        var template = Array(directory.appending(".doctor-overlay.XXXXXX").string.utf8CString)
        guard let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) else {
            return .notTried
        }
        let place = FilePath(String(cString: made))
        let script =
            "cd \"$1\" && mkdir lower upper work root && mount -t overlay overlay"
            + " -o lowerdir=lower,upperdir=upper,workdir=work root && echo x > root/file && test -f upper/file"
        let problem = await failure(unshare + ["--mount", "/bin/sh", "-c", script, "sh", place.string])
        // The kernel leaves a directory without permissions, which `rm` gets rid of as its owner.
        _ = try? await Command.run(["rm", "-rf", place.string], timeout: limit)
        return problem.map { .failed($0) } ?? .mounted
    }

    private static var unshare: [String] { ["unshare"] + (HostProbe.isRoot ? [] : ["--user", "--map-root-user"]) }

    private static func failure(_ words: [String]) async -> String? {
        do {
            let output = try await Command.run(words, timeout: limit)
            return output.status == 0 ? nil : output.lastError
        } catch {
            return "\(error)"
        }
    }
}
