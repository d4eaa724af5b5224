import Shared
import SystemPackage
import ZeroMQ

extension HostPreparation {
    /// The key pair whose secret half is this file: both halves are there afterwards.
    /// - Parameter owner: whose the secret half is, and nobody else's.
    func key(at secret: FilePath, role: KeyRole, owner: Account) throws -> PublicKeyFile {
        let name = secret.stem ?? ""
        let halves = "\(secret) and \(name).pub"
        do {
            guard FileStatus.exists(secret) else {
                guard secret.extension == "secret" else {
                    throw KeyError(secret.string, "is not there; name one that ends in .secret")
                }
                let made = try SecretKeyFile.create(
                    name: name, role: role, in: secret.removingLastComponent(), owner: owner.owner)
                say(.made(halves))
                return try PublicKeyFile(contentsOf: made.public)
            }
            guard try FileStatus.owner(of: secret).user == owner.owner.user else {
                throw KeyError(secret.string, "does not belong to \(owner.name); run: chown \(owner.name): \(secret)")
            }
            let known = try SecretKeyFile(contentsOf: secret)
            let key = PublicKeyFile(name: known.name, role: role, key: known.pair.publicKey)
            say(.stays(secret.string))
            // One that was interrupted has left the secret half alone.
            try publish(key, at: secret.removingLastComponent().appending("\(name).pub"), remedy: "remove it")
            return key
        } catch let error as KeyError {
            throw FarmctlError(.failed, "\(error)")
        } catch let error as Errno {
            throw FarmctlError(.failed, "the key \(secret) cannot be made or read: \(error)")
        }
    }

    /// Writes a `.pub` file, unless the same is there.
    func publish(_ key: PublicKeyFile, at path: FilePath, remedy: String) throws {
        if FileStatus.exists(path) { try Self.demandSame(key, at: path, remedy: remedy) }
        try file(path, key.text)
    }

    /// - Throws: `FarmctlError` when another key, or another role, is in the file.
    static func demandSame(_ key: PublicKeyFile, at path: FilePath, remedy: String) throws {
        let there: PublicKeyFile
        do { there = try PublicKeyFile(contentsOf: path) } catch { throw FarmctlError(.failed, "\(error)") }
        guard there.key == key.key else {
            throw FarmctlError(.failed, "\(path) has another key than that of \(key.name)", remedy: remedy)
        }
        guard there.role == key.role else {
            throw FarmctlError(
                .failed, "\(path) has the role \(there.role.rawValue), not \(key.role.rawValue)", remedy: remedy)
        }
    }
}
