internal import SystemPackage

/// One container to run.
struct ContainerSpec: Sendable {
    struct Mount: Sendable, Hashable {
        var source: FilePath
        var target: String
        var isReadOnly = false
    }

    /// By what a container is found again.
    struct Identity: Sendable {
        var name: String
        var labels: [String: String]
    }

    /// A directory in memory, as large as it may become. Programs in it run.
    struct MemoryDirectory: Sendable, Hashable {
        var target: String
        /// Bytes.
        var size: Int64
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
    /// However many threads it has.
    var cores: Int32?
    var mounts: [Mount] = []
    /// Gone when the container is.
    var memoryDirectory: MemoryDirectory?
    var environment: [String: String] = [:]
    /// What the container becomes when it ends with status 0; what is mounted does not belong to it.
    var commit: ImageCommit?
    /// It has a terminal of its own, which shows on the engine's.
    var hasTerminal = false
    var command: [String]

    private static let hostName = "binfarm"

    /// The engine's arguments after its global ones.
    func arguments(flags: [String]) -> [String] {
        var words = ["run", "--name", name, "--interactive", "--pull", "never", "--log-driver", "none"]
        // Whatever the engine's own configuration says.
        words += ["--network", network, "--ipc", "private"]
        if hasTerminal { words.append("--tty") }
        // Builds write it into what they make. On the host's network a container has the host's name.
        if network == "none" { words += ["--hostname", Self.hostName] }
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) { words += ["--label", "\(key)=\(value)"] }
        // What lies in it counts as memory of the container.
        let memory = memory.map { $0 + (memoryDirectory?.size ?? 0) }
        if let memory { words += ["--memory", "\(memory)b", "--memory-swap", "\(memory)b"] }
        if let processes { words += ["--pids-limit", "\(processes)"] }
        if let cores { words += ["--cpus", "\(cores)"] }
        for mount in mounts {
            words += [
                "--mount",
                "type=bind,source=\(mount.source),target=\(mount.target)" + (mount.isReadOnly ? ",readonly" : ""),
            ]
        }
        if let memoryDirectory {
            words += [
                "--tmpfs", "\(memoryDirectory.target):rw,exec,nosuid,nodev,mode=0755,size=\(memoryDirectory.size)",
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
