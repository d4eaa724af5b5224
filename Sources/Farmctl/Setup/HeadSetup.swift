import Shared
import SystemPackage

/// Makes this host the one of the coordinator.
struct HeadSetup: Sendable {
    let preparation: HostPreparation
    /// Who is at the keyboard, and will talk to the coordinator.
    let person: Account
    let isStarted: Bool

    /// - Returns: the command for a worker host.
    func run() async throws -> String {
        // What can be wrong is looked at before anything is made.
        let configured = try ConfiguredPlaces.read(configuration)
        let places =
            configured
            ?? ConfiguredPlaces(
                key: etc.appending("coordinator.secret"), keys: etc.appending("keys"),
                state: HostPreparation.standardHome.appending("coordinator"))
        let access = OperatorAccess(
            preparation: preparation, person: person, keys: places.keys, port: places.ports.control)
        try access.check()

        let user = try await preparation.user()
        let open: FilePermissions = [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute]
        try preparation.directory(etc, owner: HostPreparation.root, permissions: open)
        try preparation.directory(places.keys, owner: HostPreparation.root, permissions: open)
        try preparation.directory(
            places.state, owner: user.owner, permissions: [.ownerReadWriteExecute, .groupReadExecute])
        let key = try preparation.key(at: places.key, role: .coordinator, owner: user)
        try access.grant(coordinator: key)
        try preparation.file(configuration, HeadDraft.coordinatorYAML(state: places.state))
        try await preparation.service("binfarm-coordinator", isWanted: isStarted)
        return HeadDraft.workerCommand(head: preparation.host.name, ports: places.ports, key: key)
    }

    private var etc: FilePath { preparation.etc }
    private var configuration: FilePath { etc.appending("coordinator.yaml") }
}
