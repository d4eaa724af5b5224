import Shared
import SystemPackage

/// Where a configuration that is there already has its keys: of coordinator.yaml or worker.yaml as much as a setup needs.
/// Whether the rest is right, the program says that reads it.
struct ConfiguredPlaces: Decodable, Sendable {
    /// The `.secret` file.
    private(set) var key: FilePath
    /// The coordinator's directory of those who may connect.
    private(set) var keys: FilePath
    private(set) var state: FilePath
    /// The coordinator's.
    let ports: CoordinatorPorts

    private enum CodingKeys: String, CodingKey { case key, keys, state, control, bulk }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = FilePath(try container.decode(String.self, forKey: .key))
        keys = FilePath(try container.decodeIfPresent(String.self, forKey: .keys) ?? "keys")
        state = FilePath(try container.decode(String.self, forKey: .state))
        func port(_ key: CodingKeys) throws -> String? {
            try container.decodeIfPresent(String.self, forKey: key).flatMap(Endpoint.init)?.port
        }
        let standard = CoordinatorPorts.standard
        ports = CoordinatorPorts(
            control: try port(.control) ?? standard.control, bulk: try port(.bulk) ?? standard.bulk)
    }

    init(key: FilePath, keys: FilePath, state: FilePath) {
        (self.key, self.keys, self.state, ports) = (key, keys, state, .standard)
    }

    /// nil: there is no such file.
    static func read(_ file: FilePath) throws(FarmctlError) -> ConfiguredPlaces? {
        guard FileStatus.exists(file) else { return nil }
        do {
            var places = try StrictYAML.load(ConfiguredPlaces.self, from: file)
            let base = file.removingLastComponent()
            places.key = base.pushing(places.key)
            places.keys = base.pushing(places.keys)
            places.state = base.pushing(places.state)
            return places
        } catch {
            throw FarmctlError(.usage, "\(error)", remedy: "mend that file, or move it away to have it written anew.")
        }
    }
}
