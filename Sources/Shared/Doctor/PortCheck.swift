package import SystemPackage
internal import ZeroMQ

/// What happened when a port of the coordinator was called.
package enum PortFacts: Sendable, Equatable {
    /// What a worker's key is told when it asks what only clients may.
    package enum Standing: Sendable, Equatable {
        /// It may not: so it is a worker's.
        case worker
        /// It was answered: it is an operator's or a viewer's.
        case client
        /// Nothing was said, or nothing was asked.
        case unknown
    }

    /// The handshake succeeded: the coordinator has the configured key, and knows this worker's.
    case established(Standing)
    /// The coordinator's ZAP handler refused this worker's key, which it does only after it has proved its own.
    case refused(status: UInt32)
    /// It speaks ZeroMQ with CURVE and did not answer the first encrypted message: it has another key.
    case anotherKey
    /// It speaks ZeroMQ without CURVE.
    case notCurve
    /// Something else is there.
    case notZeroMQ
    /// It answered the first message, encrypted for the configured key, and then hung up or said nothing: so coordinators
    /// meet workers whose key they do not know, which a key's file may change at any time.
    case silent
    /// Connections are taken, but nothing is ever said.
    case mute
    /// No connection, with the system's reason.
    case unreachable(String)
    /// The host's name has no address, with the resolver's reason.
    case unknownHost(String)
    /// The configured endpoint is none.
    case badEndpoint(String)
}

/// Who calls a port.
package struct PortCaller: Sendable {
    /// That names the endpoint and the keys.
    package var configurationFile: FilePath
    package var coordinatorKeyFile: FilePath
    /// The coordinator's host, as it is configured.
    package var head: String
    /// The caller's public half, from which the coordinator's administrator makes the file it lacks.
    package var key: PublicKeyFile

    package init(configurationFile: FilePath, coordinatorKeyFile: FilePath, head: String, key: PublicKeyFile) {
        self.configurationFile = configurationFile
        self.coordinatorKeyFile = coordinatorKeyFile
        self.head = head
        self.key = key
    }
}

/// A port of the coordinator, its key, and what it thinks of the caller's.
package enum PortCheck {
    /// - Parameter what: the port, such as `control port`.
    package static func finding(_ what: String, _ endpoint: String, _ port: PortFacts, _ caller: PortCaller)
        -> Diagnosis
    {
        let name = caller.key.name
        let isWorker = caller.key.role == .worker
        let edit = "${EDITOR:-vi} \(ShellWord.quoted(caller.configurationFile))"
        let look = "ssh \(caller.head) \"ss -ltnp | grep -E ':555[01]'\""
        switch port {
        case .established(.client) where isWorker:
            return .problem(
                what, "the coordinator knows the key '\(name)' as an operator's or viewer's, not as a worker's",
                mend: register(caller))
        case .established(.worker) where !isWorker:
            return .problem(
                what, "the coordinator knows the key '\(name)' as a worker's, which may not ask",
                mend: register(caller))
        case .established(let standing):
            let role = standing == .worker ? " as a worker's" : ""
            return .ok(what, "\(endpoint) has the configured key and knows the key '\(name)'\(role)")
        case .refused(let status):
            return .problem(
                what,
                "the coordinator at \(endpoint) has the configured key but does not know the key '\(name)'"
                    + " (refused with \(status))", mend: register(caller))
        case .anotherKey:
            return .problem(
                what, "\(endpoint) is not the coordinator of \(caller.coordinatorKeyFile): its key is another",
                mend: fetchCoordinatorKey(from: caller.head, to: caller.coordinatorKeyFile))
        case .notCurve: return .problem(what, "\(endpoint) speaks ZeroMQ without CURVE: no coordinator", mend: edit)
        case .notZeroMQ:
            return .problem(what, "something else than a coordinator answers at \(endpoint)", mend: edit)
        case .silent:
            return .problem(
                what,
                "the coordinator at \(endpoint) has the configured key but does not let the key '\(name)' in:"
                    + " it does not know it, or it hangs", mend: register(caller))
        case .mute:
            return .problem(
                what, "\(endpoint) takes connections and says nothing: no coordinator, or one that hangs", mend: look)
        case .unreachable(let reason):
            return .problem(what, "nothing answers at \(endpoint): \(reason)", mend: look)
        case .unknownHost(let reason):
            return .problem(
                what, "the host of \(endpoint) has no address: \(reason)",
                mend: "getent hosts \(caller.head) || \(edit) /etc/hosts")
        case .badEndpoint(let reason): return .problem(what, "'\(endpoint)' is no endpoint: \(reason)", mend: edit)
        }
    }

    /// The command that brings the coordinator's public key.
    package static func fetchCoordinatorKey(from head: String, to path: FilePath) -> String {
        "scp \(head):/etc/binfarm/coordinator.pub \(ShellWord.quoted(path))"
    }

    private static func register(_ caller: PortCaller) -> String {
        KeyAdmission.command(caller.key) { file in
            "ssh \(caller.head) 'cat > \(file).new && mv -n \(file).new \(file).pub'"
        }
    }
}
