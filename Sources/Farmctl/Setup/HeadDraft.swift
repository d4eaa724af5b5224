import Shared
import SystemPackage
import ZeroMQ

/// What a head's files say, and the words for its worker hosts. Facts in, texts out.
enum HeadDraft {
    static func coordinatorYAML(state: FilePath) -> String {
        """
        # Written by farmctl setup; docs/configuration.md has all keys. Read at start.
        # Farms come with their images: farmctl image build.
        key: coordinator.secret
        keys: keys
        state: \(state)

        """
    }

    static func farmctlYAML(keyName: String, port: String = CoordinatorPorts.standard.control) -> String {
        """
        # Written by farmctl setup.
        coordinator: {control: "tcp://127.0.0.1:\(port)", key: coordinator.pub}
        key: \(keyName).secret

        """
    }

    /// A name for the key of who has this login: logins of directory services have more characters than keys may.
    static func keyName(login: String) -> String {
        let plain = login.map { KeyName.isValid("x\($0)") ? $0 : "-" }
        let name = String(plain.drop { $0 == "." || $0 == "-" }.prefix(64))
        return KeyName.isValid(name) ? name : "operator"
    }

    /// For a worker host, to be pasted into a shell there.
    static func workerCommand(head: String, ports: CoordinatorPorts, key: PublicKeyFile) -> String {
        let standard = CoordinatorPorts.standard
        var words = ["farmctl", "setup", "worker", ShellWord.quoted(head)]
        words += ["--coordinator-key", ShellWord.quoted(key.key.z85)]
        if ports.control != standard.control { words += ["--control-port", ports.control] }
        if ports.bulk != standard.bulk { words += ["--bulk-port", ports.bulk] }
        return words.joined(separator: " ")
    }
}
