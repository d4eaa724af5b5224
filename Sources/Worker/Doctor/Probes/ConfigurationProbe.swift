internal import Shared
internal import SystemPackage
internal import ZeroMQ

/// Reads the configuration and the keys as `run` would.
struct ConfigurationProbe: Sendable {
    var facts: ConfigurationFacts
    var configuration: WorkerConfiguration?
    var key: SecretKeyFile?
    var coordinatorKey: PublicKeyFile?

    init(_ file: FilePath) {
        facts = ConfigurationFacts(file: file)
        guard let mode = try? FileStatus.permissions(of: file) else {
            facts.exists = FileStatus.exists(file)
            facts.fault = "\(file) cannot be read"
            return
        }
        facts.isWritableByOthers = !mode.isDisjoint(with: [.groupWrite, .otherWrite])
        do {
            configuration = try WorkerConfiguration.load(file)
        } catch {
            facts.fault = error.description
        }
        if let configuration { readKeys(configuration) }
    }

    private mutating func readKeys(_ configuration: WorkerConfiguration) {
        facts.keyFile = configuration.key
        facts.coordinatorKeyFile = configuration.coordinator.key
        facts.head = Endpoint(configuration.coordinator.control)?.host ?? facts.head
        do {
            let file = try SecretKeyFile(contentsOf: configuration.key)
            key = file
            facts.key = .good(file.name)
        } catch {
            let mode = try? FileStatus.permissions(of: configuration.key)
            let isExposed =
                mode.map { !$0.isDisjoint(with: [.groupReadWriteExecute, .otherReadWriteExecute]) } ?? false
            facts.key = isExposed ? .exposed : FileStatus.exists(configuration.key) ? .bad("\(error)") : .missing
        }
        do {
            let file = try PublicKeyFile(contentsOf: configuration.coordinator.key)
            guard file.role == .coordinator else {
                facts.coordinatorKey = .bad("\(facts.coordinatorKeyFile) is the key of a \(file.role.rawValue)")
                return
            }
            coordinatorKey = file
            facts.coordinatorKey = .good(file.name)
        } catch {
            facts.coordinatorKey = FileStatus.exists(facts.coordinatorKeyFile) ? .bad("\(error)") : .missing
        }
    }
}
