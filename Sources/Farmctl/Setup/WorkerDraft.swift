import Shared
import SystemPackage

/// What a worker's files say, and the words for its head. Facts in, texts out.
enum WorkerDraft {
    /// What a build should have: a few compilers at once, each with the memory of a large source.
    static let coresOfSlot = 4
    /// Bytes.
    static let memoryOfSlot: Int64 = 4 << 30

    static func slots(cores: Int, memory: Int64) -> Int {
        max(1, min(cores / coresOfSlot, Int(memory / memoryOfSlot), 1024))
    }

    /// - Parameter limits: containers go into the service's own part of the tree of cgroups.
    static func workerYAML(
        head: String, ports: CoordinatorPorts, keyName: String, state: FilePath, slots: Int, slotsAreFound: Bool,
        limits: Bool
    ) -> String {
        let reason =
            slotsAreFound ? "    # one for each \(coresOfSlot) cores and \(memoryOfSlot >> 30) GiB of memory" : ""
        let text = """
            # Written by farmctl setup; docs/configuration.md has all keys. Read at start.
            coordinator: {control: "tcp://\(head):\(ports.control)", bulk: "tcp://\(head):\(ports.bulk)", key: coordinator.pub}
            key: \(keyName).secret
            state: \(state)
            slots: \(slots)\(reason)

            """
        let engine = """
            engine:    # limits for each build
              command: [podman, --cgroup-manager, cgroupfs]
              run: [--cgroup-parent, /system.slice/binfarm-worker.service/containers]

            """
        return limits ? text + engine : text
    }

    /// The host of an endpoint, with an IPv6 address in brackets; nil: it is none.
    static func host(_ text: String) -> String? {
        let inner = text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text[...]
        guard let first = inner.first, first != "-" else { return nil }
        let isAddress = inner.contains(":")
        let plain = inner.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            case UInt8(ascii: "_"): !isAddress
            case UInt8(ascii: ":"), UInt8(ascii: "%"): isAddress
            default: false
            }
        }
        // `head:5550` is no address: those have two colons or more.
        guard plain, !isAddress || inner.filter({ $0 == ":" }).count > 1 else { return nil }
        return isAddress ? "[\(inner)]" : String(inner)
    }

    /// Lets a worker in, on its head.
    static func admission(_ key: PublicKeyFile, keys: FilePath = KeyAdmission.keys) -> String {
        KeyAdmission.command(key, keys: keys) { file in
            "install -m 644 /dev/stdin \(file).new && mv -n \(file).new \(file).pub"
        }
    }

    /// The doctor as the worker's user, and in its service's cgroup, where alone containers with limits can be started.
    static func doctor(user: Account, configuration: FilePath, limits: Bool) -> String {
        let run =
            "runuser -u \(ShellWord.quoted(user.name)) -- env -C / HOME=\(ShellWord.quoted(user.home))"
            + " XDG_RUNTIME_DIR=/run/binfarm-worker binfarm-worker doctor --config \(ShellWord.quoted(configuration))"
        let enter = "echo $BASHPID >/sys/fs/cgroup/system.slice/binfarm-worker.service/main/cgroup.procs"
        return limits ? "( \(enter) && exec \(run) )" : run
    }
}
