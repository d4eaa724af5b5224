package import SystemPackage
package import ZeroMQ

/// `NAME.pub`: who holds a key and what they may do. A coordinator reads a directory of these.
package struct PublicKeyFile: Sendable {
    package let name: String
    package let role: KeyRole
    package let key: CurvePublicKey

    package init(name: String, role: KeyRole, key: CurvePublicKey) {
        self.name = name
        self.role = role
        self.key = key
    }

    package init(contentsOf path: FilePath) throws {
        let content = try StrictYAML.load(Content.self, from: path)
        guard KeyName.isValid(content.name) else {
            throw KeyError(
                path.string, "'\(content.name)' is no name for a key: letters, digits, '.', '_' and '-', at most 64")
        }
        name = content.name
        role = content.role
        do { key = try CurvePublicKey(z85: content.public) } catch {
            throw KeyError(path.string, "the public key is malformed: \(error)")
        }
    }

    package var text: String { "name: \(name)\nrole: \(role.rawValue)\npublic: \"\(key.z85)\"\n" }

    private struct Content: Decodable {
        let name: String
        let role: KeyRole
        let `public`: String

        enum CodingKeys: String, CodingKey, CaseIterable { case name, role, `public` }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            role = try container.decode(KeyRole.self, forKey: .role)
            `public` = try container.decode(String.self, forKey: .public)
        }
    }
}
