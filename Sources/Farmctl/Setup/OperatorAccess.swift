import Shared
import SystemPackage
import ZeroMQ

/// A key and a farmctl.yaml in a person's home, for the coordinator of this host.
struct OperatorAccess: Sendable {
    let preparation: HostPreparation
    let person: Account
    /// The coordinator's directory of those who may connect.
    let keys: FilePath
    /// The coordinator's, on this host.
    let port: String

    /// - Throws: `FarmctlError` when the coordinator knows another key by the person's name: nothing is done then.
    func check() throws {
        guard try existing() == nil, FileStatus.exists(known) else { return }
        let remedy = "if nobody uses it any more: rm \(known); then again."
        guard let own = try ownKey() else {
            throw FarmctlError(
                .failed, "\(known) is there, but \(person.name) has no \(secret), which belongs to it", remedy: remedy)
        }
        try HostPreparation.demandSame(own, at: known, remedy: remedy)
    }

    func grant(coordinator: PublicKeyFile) throws {
        if let configuration = try existing() { return preparation.say(.stays(configuration.string)) }
        let key = try asPerson {
            try Directory.create(directory, permissions: .ownerReadWriteExecute)
            return try preparation.key(at: secret, role: .operator, owner: person)
        }
        try preparation.publish(key, at: known, remedy: "remove it, and again.")
        try asPerson {
            let place = directory.appending("coordinator.pub")
            try preparation.publish(
                coordinator, at: place, remedy: "it is of another coordinator: move it and what uses it away.")
            // The last: with it all is there.
            try preparation.file(configuration, HeadDraft.farmctlYAML(keyName: name, port: port))
        }
    }

    private var name: String { HeadDraft.keyName(login: person.name) }
    private var directory: FilePath { person.home.appending(".config").appending("binfarm") }
    private var configuration: FilePath { directory.appending("farmctl.yaml") }
    private var secret: FilePath { directory.appending("\(name).secret") }
    /// As the coordinator has it.
    private var known: FilePath { keys.appending("\(name).pub") }

    /// A configuration that farmctl would find for this person.
    private func existing() throws -> FilePath? {
        // The host's own has a key that is root's.
        let places = [configuration] + (person.owner.user == 0 ? [preparation.etc.appending("farmctl.yaml")] : [])
        return try asPerson { places.first(where: FileStatus.exists) }
    }

    private func ownKey() throws -> PublicKeyFile? {
        try asPerson {
            guard FileStatus.exists(secret) else { return nil }
            do {
                let own = try SecretKeyFile(contentsOf: secret)
                return PublicKeyFile(name: own.name, role: .operator, key: own.pair.publicKey)
            } catch {
                throw FarmctlError(.failed, "\(error)")
            }
        }
    }

    private func asPerson<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try person.acting(body) } catch let error as Errno {
            throw FarmctlError(.failed, "\(directory) cannot be written by \(person.name): \(error)")
        }
    }
}
