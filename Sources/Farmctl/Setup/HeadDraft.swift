import Shared
import Stack
import SystemPackage
import ZeroMQ

/// What a head's files say, and the words for its worker hosts. Facts in, texts out.
enum HeadDraft {
    /// The farms that a farm file means: its own, and one for each subject, whose images `farmctl image build` makes.
    static func farms(of file: FarmFile) -> [String] {
        [file.name.value] + file.subjects.map(file.farmName(of:))
    }

    /// What is wrong with the names of farms, as the coordinator says it; nil: nothing.
    static func problem(ofFarms names: [String]) -> String? {
        names.lazy.compactMap(FarmName.problem).first ?? FarmName.problem(ofAll: names).map { "farms: \($0)" }
    }

    static func coordinatorYAML(farms: [String], state: FilePath) -> String {
        let head = """
            # Written by farmctl setup; docs/configuration.md has all keys. Read at start.
            key: coordinator.secret
            keys: keys
            state: \(state)
            # A farm without `image` has the one that `farmctl image build` makes.
            farms:

            """
        // In quotes: a name may look like a number.
        return head + farms.map { "  - name: \"\($0)\"\n" }.joined()
    }

    static func farmctlYAML(keyName: String, port: String = "5550") -> String {
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
    static func workerCommand(head: String, key: PublicKeyFile) -> String {
        "farmctl setup worker \(ShellWord.quoted(head)) --coordinator-key \(ShellWord.quoted(key.key.z85))"
    }
}
