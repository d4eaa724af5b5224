package import SystemPackage
package import ZeroMQ

/// `NAME.secret`: the key pair of one program. Readable by its owner alone.
package struct SecretKeyFile: Sendable {
    package let name: String
    package let pair: CurveKeyPair

    package init(name: String, pair: CurveKeyPair) {
        self.name = name
        self.pair = pair
    }

    package init(contentsOf path: FilePath) throws {
        let mode: FilePermissions
        do { mode = try FileStatus.permissions(of: path) } catch {
            throw KeyError(path.string, "the secret key cannot be read: \(error)")
        }
        guard mode.intersection([.groupReadWriteExecute, .otherReadWriteExecute]).isEmpty else {
            throw KeyError(path.string, "others than its owner can read this secret key; run: chmod 600 \(path)")
        }
        let content = try StrictYAML.load(Content.self, from: path)
        do {
            pair = try CurveKeyPair(secretKey: CurveSecretKey(z85: content.secret))
        } catch {
            throw KeyError(path.string, "the secret key is malformed")
        }
        name = content.name
    }

    /// Writes both halves of a new key below `directory`; refuses to replace either.
    /// - Parameter owner: whose the secret half is; otherwise the caller's.
    package static func create(
        name: String, role: KeyRole, in directory: FilePath, owner: FileOwner? = nil
    ) throws -> (public: FilePath, secret: FilePath) {
        guard KeyName.isValid(name) else {
            throw KeyError(name, "is no name for a key: letters, digits, '.', '_' and '-', at most 64")
        }
        let publicPath = directory.appending("\(name).pub")
        let secretPath = directory.appending("\(name).secret")
        for path in [publicPath, secretPath] where FileStatus.exists(path) {
            throw KeyError(path.string, "exists already; choose another name or remove it first")
        }
        let pair = try CurveKeyPair.generate()
        let publicFile = PublicKeyFile(name: name, role: role, key: pair.publicKey)
        let secretText = "name: \(name)\nsecret: \"\(pair.secretKey.exposedZ85)\"\n"
        try AtomicFile.write(Array(secretText.utf8), to: secretPath, permissions: .ownerReadWrite, owner: owner)
        try AtomicFile.write(
            Array(publicFile.text.utf8), to: publicPath, permissions: [.ownerReadWrite, .groupRead, .otherRead])
        return (publicPath, secretPath)
    }

    private struct Content: Decodable {
        let name: String
        let secret: String

        enum CodingKeys: String, CodingKey, CaseIterable { case name, secret }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            secret = try container.decode(String.self, forKey: .secret)
        }
    }
}
