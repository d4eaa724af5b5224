package import Shared
package import SystemPackage

/// `coordinator.yaml`. Relative paths in it are relative to the file.
package struct CoordinatorConfiguration: Decodable, Sendable {
    /// Where workers and farmctl connect, such as `tcp://*:5550`.
    var control: String
    /// Where workers move files, such as `tcp://*:5551`.
    var bulk: String
    var http: HTTPAddress
    /// The coordinator's own `.secret` file.
    var key: FilePath
    /// Directory of the `.pub` files of all who may connect.
    var keys: FilePath
    /// Database, logs, staging and binhosts live below.
    var state: FilePath
    /// An attempt that its worker has not renewed for so long is leased elsewhere.
    var lease: Duration
    /// Those that it describes; farmctl has others made.
    var farms: [FarmConfiguration]
    /// gpg's home directory with the keys that sign packages, where a farm names no other.
    var gnupg: FilePath
    /// Where the farms' images are copied to, for workers to pull; nil: they come as files.
    var registry: RegistryPlace?
    /// The file with the word that lets somebody at the page act; nil: nobody can.
    var operatorToken: FilePath?
    /// Whom to tell of what.
    var notify: [NotificationRule]

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case control, bulk, http, key, keys, state, lease, farms, gnupg, registry, notify
        case operatorToken = "operator-token"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
        control = try container.decodeIfPresent(String.self, forKey: .control) ?? "tcp://*:5550"
        bulk = try container.decodeIfPresent(String.self, forKey: .bulk) ?? "tcp://*:5551"
        http =
            try container.decodeIfPresent(HTTPAddress.self, forKey: .http) ?? HTTPAddress(host: "0.0.0.0", port: 8080)
        key = FilePath(try container.decode(String.self, forKey: .key))
        keys = FilePath(try container.decode(String.self, forKey: .keys))
        state = FilePath(try container.decode(String.self, forKey: .state))
        lease = try container.decodeIfPresent(TimeSpan.self, forKey: .lease)?.duration ?? .seconds(30)
        farms = try container.decodeIfPresent([FarmConfiguration].self, forKey: .farms) ?? []
        gnupg = FilePath(try container.decodeIfPresent(String.self, forKey: .gnupg) ?? "gnupg")
        if let text = try container.decodeIfPresent(String.self, forKey: .registry) {
            guard let place = RegistryPlace(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .registry, in: container,
                    debugDescription: "'\(text)' is no place in a registry: \(RegistryPlace.remedy)")
            }
            registry = place
        }
        operatorToken = try container.decodeIfPresent(String.self, forKey: .operatorToken).map { FilePath($0) }
        notify = try container.decodeIfPresent([NotificationRule].self, forKey: .notify) ?? []
        if let problem = FarmName.problem(ofAll: farms.map(\.name))
            ?? UpstreamCheck(farms.map(UpstreamCheck.Farm.init)).problem
        {
            throw DecodingError.dataCorruptedError(forKey: .farms, in: container, debugDescription: problem)
        }
        guard lease >= .seconds(3) else {
            throw DecodingError.dataCorruptedError(
                forKey: .lease, in: container, debugDescription: "must be at least 3s: workers renew at a third of it")
        }
    }

    /// Reads the file.
    package static func load(_ file: FilePath) throws(ConfigurationError) -> CoordinatorConfiguration {
        var configuration = try StrictYAML.load(CoordinatorConfiguration.self, from: file)
        let base = file.removingLastComponent()
        configuration.key = base.pushing(configuration.key)
        configuration.keys = base.pushing(configuration.keys)
        configuration.state = base.pushing(configuration.state)
        configuration.gnupg = base.pushing(configuration.gnupg)
        configuration.notify = configuration.notify.map { $0.below(base) }
        configuration.operatorToken = configuration.operatorToken.map { base.pushing($0) }
        for index in configuration.farms.indices {
            configuration.farms[index].image = configuration.farms[index].image.map { base.pushing($0) }
            configuration.farms[index].upstreams = configuration.farms[index].upstreams?.map { $0.below(base) }
            let home = configuration.farms[index].signing?.home
            configuration.farms[index].signing?.home = home.map { base.pushing($0) }
        }
        return configuration
    }
}

/// Host and port, written `0.0.0.0:8080` or `[::]:8080`.
struct HTTPAddress: Decodable, Sendable {
    var host: String
    var port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port), colon > text.startIndex
        else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is no address; write 0.0.0.0:8080")
        }
        host = text[..<colon].trimmingBrackets
        self.port = port
    }
}

extension Substring {
    fileprivate var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : String(self)
    }
}
