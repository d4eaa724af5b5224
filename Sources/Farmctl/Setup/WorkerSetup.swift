import Shared
import SystemPackage
import ZeroMQ

/// Makes this host one that builds.
struct WorkerSetup: Sendable {
    let preparation: HostPreparation
    /// Where the coordinator is, as in an endpoint.
    let head: String
    let ports: CoordinatorPorts
    let coordinatorKey: CurvePublicKey
    /// nil: as the host is called.
    let name: String?
    /// nil: as many as the host has room for.
    let slots: Int?
    let isStarted: Bool

    struct Outcome: Sendable {
        /// For the head: lets this worker in.
        let admission: String
        /// For this host: says what is wrong with it.
        let doctor: String
    }

    func run() async throws -> Outcome {
        // What can be wrong is looked at before anything is made.
        let coordinator = PublicKeyFile(name: "coordinator", role: .coordinator, key: coordinatorKey)
        let coordinatorFile = etc.appending("coordinator.pub")
        let remedy = "if the farm has a new coordinator: rm \(coordinatorFile); then again."
        if FileStatus.exists(coordinatorFile) {
            try HostPreparation.demandSame(coordinator, at: coordinatorFile, remedy: remedy)
        }
        let configured = try ConfiguredPlaces.read(configuration)
        let places =
            try configured
            ?? ConfiguredPlaces(
                key: etc.appending("\(keyName()).secret"), keys: etc,
                state: HostPreparation.standardHome.appending("worker"))
        if let name, configured != nil, places.key.stem != name {
            throw FarmctlError(
                .usage, "\(configuration) is there, and its worker is called '\(places.key.stem ?? "")', not '\(name)'",
                remedy: "leave --name out, or move that file away to have it written anew.")
        }

        let user = try await preparation.user()
        try preparation.directory(
            etc, owner: HostPreparation.root,
            permissions: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
        try preparation.directory(places.state, owner: user.owner, permissions: .ownerReadWriteExecute)
        try await subordinateIDs()
        try preparation.publish(coordinator, at: coordinatorFile, remedy: remedy)
        let key = try preparation.key(at: places.key, role: .worker, owner: user)
        try preparation.file(configuration, configurationText(key: key, state: places.state))
        try await preparation.service("binfarm-worker", isWanted: isStarted)
        return Outcome(
            admission: WorkerDraft.admission(key),
            doctor: WorkerDraft.doctor(user: user, configuration: configuration, limits: hasLimits))
    }

    private var host: ThisHost { preparation.host }
    private var etc: FilePath { preparation.etc }
    private var configuration: FilePath { etc.appending("worker.yaml") }

    /// The unit has its part of the tree of cgroups to itself, where there is one tree.
    private var hasLimits: Bool { host.hasUnifiedCgroups && host.runsSystemd && preparation.isOfUnits }

    private func keyName() throws(FarmctlError) -> String {
        let name = name ?? host.shortName
        guard KeyName.isValid(name) else {
            throw FarmctlError(
                .usage, "'\(name)' is no name for a key: letters, digits, '.', '_' and '-', at most 64",
                remedy: "name this worker: --name node1")
        }
        return name
    }

    private func configurationText(key: PublicKeyFile, state: FilePath) -> String {
        WorkerDraft.workerYAML(
            head: head, ports: ports, keyName: key.name, state: state,
            slots: slots ?? WorkerDraft.slots(cores: host.cores, memory: host.memory), slotsAreFound: slots == nil,
            limits: hasLimits)
    }

    /// What containers without root need; the doctor says so where the helper is not installed.
    private func subordinateIDs() async throws {
        guard FileStatus.exists(host.subordinateIDs) else { return }
        let what = "subordinate ids of \(preparation.userName)"
        func ranges() -> [String?] { ["/etc/subuid", "/etc/subgid"].map { try? StrictYAML.text(of: $0) } }
        let before = ranges()
        try await Tool.run(host.subordinateIDs.string, [preparation.userName]).demandSuccess()
        preparation.say(ranges() == before ? .stays(what) : .made(what))
    }
}
