package import SystemPackage

/// How a worker or farmctl reaches its coordinator: the part of their configuration that is the same.
package struct CoordinatorAddress: Sendable, Decodable {
    /// `tcp://head:5550`
    package let control: String
    /// `tcp://head:5551`
    package let bulk: String?
    /// The coordinator's `.pub` file: no other coordinator is believed.
    package let key: FilePath

    package enum CodingKeys: String, CodingKey, CaseIterable { case control, bulk, key }

    package init(control: String, bulk: String?, key: FilePath) {
        self.control = control
        self.bulk = bulk
        self.key = key
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
        control = try container.decode(String.self, forKey: .control)
        bulk = try container.decodeIfPresent(String.self, forKey: .bulk)
        key = FilePath(try container.decode(String.self, forKey: .key))
    }
}
