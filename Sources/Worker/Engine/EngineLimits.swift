/// What the engine can limit for a container on this host, most first.
enum EngineLimits: Sendable, CaseIterable {
    case all
    /// All but cores: what systemd delegates to users by itself.
    case memoryAndProcesses
    /// Without a delegated cgroup.
    case none

    /// Options of `run` that are refused where it cannot.
    var trial: [String] {
        let some = ["--memory", "64m", "--memory-swap", "64m", "--pids-limit", "64"]
        return switch self {
        case .all: some + ["--cpus", "1"]
        case .memoryAndProcesses: some
        case .none: []
        }
    }

    /// For people; nil: all can be limited.
    var lacking: String? {
        switch self {
        case .all: nil
        case .memoryAndProcesses: "cores"
        case .none: "memory, processes and cores"
        }
    }

    /// What cannot be limited is not.
    func apply(to spec: inout ContainerSpec) {
        if self != .all { spec.cores = nil }
        if self == .none { (spec.memory, spec.processes) = (nil, nil) }
    }
}
