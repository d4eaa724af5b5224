internal import SystemPackage

/// One container to run.
struct ContainerSpec: Sendable {
    struct Mount: Sendable, Hashable {
        var source: FilePath
        var target: String
        var isReadOnly = false
    }

    /// Unique on the host.
    var name: String
    /// Where the engine's helpers run: some leave a file there, such as conmon's `oom`.
    var directory: FilePath
    /// Id or name of an image that the engine has.
    var image: String
    var labels: [String: String] = [:]
    /// `none`, `host`, or a network that the engine knows.
    var network = "none"
    /// Bytes; swap does not add to it.
    var memory: Int64?
    var processes: Int32?
    var mounts: [Mount] = []
    var environment: [String: String] = [:]
    var command: [String]

    /// The engine's arguments after its global ones.
    func arguments(flags: [String]) -> [String] {
        var words = ["run", "--name", name, "--interactive", "--pull", "never", "--log-driver", "none"]
        words += ["--network", network]
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) { words += ["--label", "\(key)=\(value)"] }
        if let memory { words += ["--memory", "\(memory)b", "--memory-swap", "\(memory)b"] }
        if let processes { words += ["--pids-limit", "\(processes)"] }
        for mount in mounts {
            words += [
                "--mount",
                "type=bind,source=\(mount.source),target=\(mount.target)" + (mount.isReadOnly ? ",readonly" : ""),
            ]
        }
        for (key, value) in environment.sorted(by: { $0.key < $1.key }) { words += ["--env", "\(key)=\(value)"] }
        return words + flags + [image] + command
    }
}

/// How a container ended.
struct ContainerExit: Sendable, Equatable {
    var status: Int32
    /// The kernel killed at least one of its processes for exceeding the memory limit.
    var outOfMemory: Bool
}
