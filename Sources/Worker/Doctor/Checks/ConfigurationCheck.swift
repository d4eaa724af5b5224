internal import Shared
internal import SystemPackage

/// What the configuration and the key files were found to be.
struct ConfigurationFacts: Sendable {
    /// A file that was read, or why it was not.
    enum KeyState: Sendable, Equatable {
        case good(String)
        case missing
        /// Others than its owner can read it.
        case exposed
        case bad(String)
    }

    var file: FilePath
    var exists = true
    /// Others than its owner can change the file.
    var isWritableByOthers = false
    /// Why it cannot be used; nil when it can.
    var fault: String?
    var keyFile: FilePath = ""
    var key = KeyState.missing
    var coordinatorKeyFile: FilePath = ""
    var coordinatorKey = KeyState.missing
    /// The coordinator's host, as it is configured.
    var head = "HEAD"
}

/// The configuration file and the keys that it names.
enum ConfigurationCheck {
    static func findings(_ facts: ConfigurationFacts) -> [Diagnosis] {
        let file = facts.file
        guard facts.exists else { return [.problem("configuration", "there is no \(file)", mend: example(file))] }
        if let fault = facts.fault {
            return [.problem("configuration", fault, mend: "${EDITOR:-vi} \(ShellWord.quoted(file))")]
        }
        return [own(facts), key(facts), coordinatorKey(facts)]
    }

    private static func own(_ facts: ConfigurationFacts) -> Diagnosis {
        guard facts.isWritableByOthers else { return .ok("configuration", "\(facts.file) is complete") }
        return .problem(
            "configuration", "others than its owner can change \(facts.file), which names the commands that are run",
            mend: "chmod go-w \(ShellWord.quoted(facts.file))")
    }

    private static func key(_ facts: ConfigurationFacts) -> Diagnosis {
        let path = ShellWord.quoted(facts.keyFile)
        let name = facts.keyFile.stem ?? "worker"
        let renew =
            "ssh \(facts.head) 'cd /etc/binfarm && farmctl key new \(name) --role worker --directory keys"
            + " && mv keys/\(name).secret .' && scp \(facts.head):/etc/binfarm/\(name).secret \(path)"
        switch facts.key {
        case .good(let name): return .ok("key", "\(facts.keyFile) is the secret key '\(name)', its owner's alone")
        case .missing: return .problem("key", "there is no \(facts.keyFile)", mend: renew)
        case .exposed:
            return .problem(
                "key", "others than its owner can read the secret key \(facts.keyFile)", mend: "chmod 600 \(path)")
        case .bad(let fault): return .problem("key", fault, mend: renew)
        }
    }

    private static func coordinatorKey(_ facts: ConfigurationFacts) -> Diagnosis {
        let what = "coordinator key"
        let fetch = PortCheck.fetchCoordinatorKey(from: facts.head, to: facts.coordinatorKeyFile)
        switch facts.coordinatorKey {
        case .good: return .ok(what, "\(facts.coordinatorKeyFile) is a coordinator's public key")
        case .missing: return .problem(what, "there is no \(facts.coordinatorKeyFile)", mend: fetch)
        case .exposed, .bad: return .problem(what, fault(facts.coordinatorKey), mend: fetch)
        }
    }

    private static func fault(_ state: ConfigurationFacts.KeyState) -> String {
        if case .bad(let fault) = state { return fault }
        return "the coordinator's key cannot be used"
    }

    private static func example(_ file: FilePath) -> String {
        let directory = file.removingLastComponent()
        return "mkdir -p \(ShellWord.quoted(directory.isEmpty ? "." : directory)) && printf '%s\\n'"
            + #" 'coordinator: {control: "tcp://HEAD:5550", bulk: "tcp://HEAD:5551", key: coordinator.pub}'"#
            + #" "key: $(hostname).secret" 'state: /var/lib/binfarm/worker' > "#
            + "\(ShellWord.quoted(file)), with the coordinator's host for HEAD"
    }
}
