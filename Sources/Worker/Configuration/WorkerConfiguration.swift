package import Shared
package import SystemPackage

/// `worker.yaml`.
package struct WorkerConfiguration: Sendable, Decodable {
    var coordinator: CoordinatorAddress
    /// The worker's own `.secret` file.
    var key: FilePath
    /// Where attempts, caches and distfiles are kept.
    var state: FilePath
    /// How many attempts run at once.
    var slots: Int32
    /// Offered to the coordinator; nil: what the host has.
    var cores: Int32?
    /// Bytes offered to the coordinator; nil: what the host has.
    var memory: Int64?
    /// Bytes that prepared roots may take of the engine's store; 0: none are kept.
    var roots: Int64
    /// Bytes that the work directories of failed builds may take, for `farmctl shell`; 0: none are kept.
    var failed: Int64
    var engine: EngineConfiguration
    /// The network of the containers that fetch distfiles. Builds have none.
    var network: String

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case coordinator, key, state, slots, cores, memory, roots, failed, engine, network
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
        coordinator = try container.decode(CoordinatorAddress.self, forKey: .coordinator)
        guard coordinator.bulk != nil else {
            throw DecodingError.dataCorruptedError(
                forKey: .coordinator, in: container, debugDescription: "has no 'bulk': workers need both endpoints")
        }
        key = FilePath(try container.decode(String.self, forKey: .key))
        state = FilePath(try container.decode(String.self, forKey: .state))
        guard !state.string.contains(where: { ",:\n".contains($0) }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .state, in: container,
                debugDescription: "contains a comma or colon, which container engines cannot mount")
        }
        slots = try container.decodeIfPresent(Int32.self, forKey: .slots) ?? 1
        guard (1...1024).contains(slots) else {
            throw DecodingError.dataCorruptedError(forKey: .slots, in: container, debugDescription: "is not 1 to 1024")
        }
        cores = try container.decodeIfPresent(Int32.self, forKey: .cores)
        guard cores.map({ $0 > 0 }) ?? true else {
            throw DecodingError.dataCorruptedError(forKey: .cores, in: container, debugDescription: "is not positive")
        }
        memory = try container.decodeIfPresent(ByteCount.self, forKey: .memory)?.bytes
        roots = try container.decodeIfPresent(ByteCount.self, forKey: .roots)?.bytes ?? 20 << 30
        failed = try container.decodeIfPresent(ByteCount.self, forKey: .failed)?.bytes ?? 5 << 30
        engine = try container.decodeIfPresent(EngineConfiguration.self, forKey: .engine) ?? EngineConfiguration()
        network = try container.decodeIfPresent(String.self, forKey: .network) ?? "host"
    }

    /// Reads the file; relative paths in it are relative to its directory.
    package static func load(_ path: FilePath) throws(ConfigurationError) -> WorkerConfiguration {
        var configuration = try StrictYAML.load(WorkerConfiguration.self, from: path)
        let base = path.removingLastComponent()
        func resolve(_ path: FilePath) -> FilePath { path.isAbsolute ? path : base.pushing(path) }
        configuration.key = resolve(configuration.key)
        configuration.state = resolve(configuration.state)
        let coordinator = configuration.coordinator
        configuration.coordinator = CoordinatorAddress(
            control: coordinator.control, bulk: coordinator.bulk, key: resolve(coordinator.key))
        return configuration
    }
}

/// How the container engine is called.
struct EngineConfiguration: Sendable, Decodable {
    /// The program and its global options.
    var command: [String] = ["podman"]
    /// More options for `run`.
    var run: [String] = []

    init() {}

    private enum CodingKeys: String, CodingKey, CaseIterable { case command, run }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
        command = try container.decodeIfPresent([String].self, forKey: .command) ?? command
        guard !command.isEmpty else {
            throw DecodingError.dataCorruptedError(
                forKey: .command, in: container, debugDescription: "is empty; write [podman] or [docker]")
        }
        run = try container.decodeIfPresent([String].self, forKey: .run) ?? []
    }
}
