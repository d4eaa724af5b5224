internal import Shared

/// What was found out about the container engine.
struct EngineFacts: Sendable {
    enum Trial: Sendable, Equatable {
        /// It runs with these words, and can limit this.
        case runs(with: String, limits: EngineLimits)
        case failed(String)
        case noImage
    }

    /// The program and its global options.
    var command: [String] = ["podman"]
    var isFound = true
    var version: Result<String, EngineError> = .failure(EngineError("not asked"))
    /// nil: it did not say what it is.
    var info: EngineInfo?
    /// Why there is no `info`.
    var fault: String?
    var trial = Trial.noImage
    var isRoot: Bool
    var user: String
    var packageManager: PackageManager?

    var program: String { command.first.map { String($0.split(separator: "/").last ?? "") } ?? "" }
    var isPodman: Bool { program.hasSuffix("podman") }
}

/// The container engine itself.
enum EngineCheck {
    static func findings(_ facts: EngineFacts) -> [Diagnosis] {
        guard facts.isFound else {
            let tool: PackageManager.Tool = facts.isPodman ? .podman : .docker
            return [
                .problem(
                    "engine", "there is no '\(facts.command.first ?? "")' on this host",
                    mend: PackageManager.install(tool, with: facts.packageManager))
            ]
        }
        let words = facts.command.map { ShellWord.quoted($0) }.joined(separator: " ")
        let version: String
        switch facts.version {
        case .failure(let error):
            return [.problem("engine", error.description, mend: mend(error.description, words, facts))]
        case .success(let text): version = text
        }
        if let fault = facts.fault {
            return [.problem("engine", "\(version): \(fault)", mend: mend(fault, words, facts))]
        }
        return [engine(version, facts), privileges(facts), container(words, facts)]
    }

    private static func engine(_ version: String, _ facts: EngineFacts) -> Diagnosis {
        let number = version.split(separator: " ").last?.split(separator: ".").prefix(2).compactMap { Int($0) } ?? []
        let tool: PackageManager.Tool = facts.isPodman ? .podman : .docker
        let oldest = facts.isPodman ? [3, 0] : [20, 10]
        if number.count == 2, number.lexicographicallyPrecedes(oldest) {
            return .problem(
                "engine",
                "\(version) is older than \(oldest[0]).\(oldest[1]): its `run` lacks options that builds need",
                mend: PackageManager.install(tool, with: facts.packageManager))
        }
        return .ok("engine", version)
    }

    /// An engine that does not answer: for docker mostly its daemon, or who may talk to it.
    private static func mend(_ fault: String, _ words: String, _ facts: EngineFacts) -> String {
        guard !facts.isPodman else { return "\(words) info" }
        let text = fault.lowercased()
        if text.contains("permission denied") { return "sudo binfarm-worker doctor, and run the worker as root too" }
        return text.contains("connect to the docker daemon") ? "systemctl enable --now docker" : "\(words) info"
    }

    private static func privileges(_ facts: EngineFacts) -> Diagnosis {
        let isRootless = facts.info?.isRootless ?? !facts.isRoot
        if facts.isPodman {
            return .ok("privileges", isRootless ? "rootless, as \(facts.user)" : "rootful")
        }
        if isRootless || !facts.isRoot {
            return .problem(
                "privileges", "docker works for the worker only rootful and as root: files of containers are root's",
                mend: isRootless ? "docker context use default" : "sudo binfarm-worker run --config …")
        }
        return .ok("privileges", "rootful")
    }

    private static func container(_ words: String, _ facts: EngineFacts) -> Diagnosis {
        switch facts.trial {
        case .noImage: return .ok("container", "not tried: no image of a farm is here before the first task")
        case .failed(let reason):
            return .problem(
                "container", "no way of running one works; the last attempt said: \(reason)",
                mend: "deploy/images/probe-engine IMAGE, which tells what was tried; then engine.command and engine.run"
            )
        case .runs(let with, let limits):
            guard let lacking = limits.lacking else { return .ok("container", "runs with \(with)") }
            return .warning(
                "container", "runs with \(with), but \(lacking) cannot be limited", mend: delegate(facts))
        }
    }

    /// Without cgroups of version 2 nobody but root can be given limits.
    private static func delegate(_ facts: EngineFacts) -> String {
        guard facts.info?.cgroupVersion != 1 else {
            return "boot with systemd.unified_cgroup_hierarchy=1 on the kernel's command line"
        }
        return
            "sudo mkdir -p /etc/systemd/system/user@.service.d && printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n'"
            + " | sudo tee /etc/systemd/system/user@.service.d/delegate.conf && sudo systemctl daemon-reload"
    }
}
