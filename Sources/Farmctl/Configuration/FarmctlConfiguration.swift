import Shared
import SystemPackage
import ZeroMQ

/// `farmctl.yaml`: which coordinator, and as whom.
struct FarmctlConfiguration: Sendable {
    /// `tcp://head:5550`
    let control: String
    let coordinatorKey: CurvePublicKey
    /// Where that stands.
    let coordinatorKeyFile: FilePath
    /// What one's own key may do, as far as the public half beside it tells.
    let role: KeyRole
    /// The name of one's own key.
    let name: String
    let keys: CurveKeyPair

    init(
        control: String, coordinatorKey: CurvePublicKey, coordinatorKeyFile: FilePath = "coordinator.pub",
        role: KeyRole = .viewer, name: String, keys: CurveKeyPair
    ) {
        self.control = control
        self.coordinatorKey = coordinatorKey
        self.coordinatorKeyFile = coordinatorKeyFile
        self.role = role
        self.name = name
        self.keys = keys
    }

    init(contentsOf path: FilePath) throws(FarmctlError) {
        do {
            let content = try StrictYAML.load(Content.self, from: path)
            let directory = path.removingLastComponent()
            let address = content.coordinator
            guard ["tcp://", "ipc://"].contains(where: address.control.hasPrefix) else {
                throw ConfigurationError(
                    file: path.string,
                    problem: "coordinator.control: '\(address.control)' is no endpoint; write tcp://HOST:PORT")
            }
            let keyPath = directory.pushing(address.key)
            let key = try Self.reading(keyPath, "coordinator.key", of: path) { try PublicKeyFile(contentsOf: keyPath) }
            guard key.role == .coordinator else {
                throw ConfigurationError(
                    file: path.string,
                    problem: "coordinator.key: \(keyPath) has the role \(key.role.rawValue), not coordinator")
            }
            let secretPath = directory.pushing(content.key)
            let secret = try Self.reading(secretPath, "key", of: path) { try SecretKeyFile(contentsOf: secretPath) }
            let own = try? PublicKeyFile(
                contentsOf: secretPath.removingLastComponent().appending("\(secret.name).pub"))
            self.init(
                control: address.control, coordinatorKey: key.key, coordinatorKeyFile: keyPath,
                role: own?.role ?? .viewer, name: secret.name, keys: secret.pair)
        } catch let error as FarmctlError {
            throw error
        } catch {
            throw FarmctlError(.usage, "\(error)")
        }
    }

    /// Says which line of the configuration named a file that is not there.
    private static func reading<Value>(
        _ path: FilePath, _ key: String, of file: FilePath, _ read: () throws -> Value
    ) throws -> Value {
        guard FileStatus.exists(path) else {
            throw ConfigurationError(file: file.string, problem: "\(key): there is no file \(path)")
        }
        do { return try read() } catch let error as Errno {
            throw ConfigurationError(file: file.string, problem: "\(key): \(path) cannot be read: \(error)")
        }
    }

    private struct Content: Decodable {
        let coordinator: CoordinatorAddress
        let key: FilePath

        enum CodingKeys: String, CodingKey, CaseIterable { case coordinator, key }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
            coordinator = try container.decode(CoordinatorAddress.self, forKey: .coordinator)
            key = FilePath(try container.decode(String.self, forKey: .key))
        }
    }
}
