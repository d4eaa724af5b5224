internal import Glibc
package import Shared
package import SystemPackage
internal import ZeroMQ

/// Gathers the facts, each part within a time of its own, and has the checks judge them.
package struct Doctor: Sendable {
    let file: FilePath
    /// For what only asks this host.
    private static let local = Duration.seconds(10)
    private static let sandbox = Duration.seconds(60)
    private static let engine = Duration.seconds(200)
    private static let coordinator = Duration.seconds(40)

    /// - Parameter file: the worker's configuration.
    package init(file: FilePath) { self.file = file }

    package func examine() async -> DoctorReport {
        let file = file
        let read: ConfigurationProbe
        do {
            read = try await TimeLimit.run(Self.local) { try await Blocking.run { ConfigurationProbe(file) } }
        } catch {
            var probe = ConfigurationFacts(file: file)
            probe.fault = "\(file) cannot be read: \(error)"
            return DoctorReport(ConfigurationCheck.findings(probe))
        }
        let configuration = read.configuration
        async let engine = Self.part("engine", Self.engine) { await Self.engine(configuration) }
        async let sandbox = Self.part("namespaces", Self.sandbox) { SandboxCheck.findings(await SandboxProbe.facts()) }
        async let clock = Self.part("clock", Self.local) { ClockCheck.findings(HostProbe.clock()) }
        var own: [Diagnosis] = []
        if let configuration {
            async let state = Self.part("state directory", Self.local) {
                try await Blocking.run {
                    DiskCheck.findings(
                        DiskProbe.facts(configuration.state, writes: true), slots: configuration.slots,
                        user: HostProbe.user, configuration: file)
                }
            }
            async let ports = Self.part("control port", Self.coordinator) { await Self.coordinator(read) }
            own = await state + CapacityCheck.findings(HostProbe.capacity(configuration, file: file)) + ports
        }
        return DoctorReport(
            ConfigurationCheck.findings(read.facts) + (await engine) + (await sandbox) + (await clock) + own)
    }

    /// A part's findings, or that it took too long.
    private static func part(
        _ what: String, _ limit: Duration, _ work: @escaping @Sendable () async throws -> [Diagnosis]
    ) async -> [Diagnosis] {
        do {
            return try await TimeLimit.run(limit, work)
        } catch {
            return [.warning(what, "could not be checked: \(error)")]
        }
    }

    private static func engine(_ configuration: WorkerConfiguration?) async -> [Diagnosis] {
        let facts = await EngineProbe(configuration: configuration?.engine ?? EngineConfiguration()).facts()
        var findings = EngineCheck.findings(facts)
        if facts.isPodman, facts.info?.isRootless ?? !facts.isRoot {
            findings += UserNamespaceCheck.findings(HostProbe.userNamespaces())
        }
        guard let info = facts.info else { return findings }
        var overlay = OverlayFacts(info: info, isPodman: facts.isPodman, kernel: HostProbe.kernel)
        overlay.hasFuseOverlay = HostProbe.has("fuse-overlayfs")
        overlay.hasFuseDevice = FileStatus.exists("/dev/fuse")
        overlay.packageManager = facts.packageManager
        overlay.roots = configuration?.roots
        let settings = info.storageConfiguration
        overlay.ownsConfiguration = !settings.isEmpty && !settings.hasPrefix("/usr/") && access(settings, F_OK) == 0
        if let state = configuration?.state { overlay.trial = await SandboxProbe.overlay(in: state) }
        let root = FilePath(info.root)
        guard let store = try? await Blocking.run({ DiskProbe.facts(root, writes: false) }), !info.root.isEmpty else {
            return findings + OverlayCheck.findings(overlay)
        }
        overlay.storeKind = store.kind
        return findings + OverlayCheck.findings(overlay)
            + DiskCheck.room("store", store, needed: DiskCheck.forAll, inodes: DiskCheck.inodesForSlot)
    }

    private static func coordinator(_ read: ConfigurationProbe) async -> [Diagnosis] {
        guard let configuration = read.configuration, let key = read.key, let server = read.coordinatorKey else {
            return [.warning("control port", "not called: that takes both keys")]
        }
        let probe = CoordinatorProbe(keys: key.pair, server: server.key)
        let address = configuration.coordinator
        async let control = probe.call(address.control, asks: true)
        async let bulk = probe.call(address.bulk ?? "", asks: false)
        let caller = PortCaller(
            configurationFile: read.facts.file, coordinatorKeyFile: address.key, head: read.facts.head,
            key: PublicKeyFile(name: key.name, role: .worker, key: key.pair.publicKey))
        return [
            PortCheck.finding("control port", address.control, await control, caller),
            PortCheck.finding("bulk port", address.bulk ?? "", await bulk, caller),
        ]
    }
}
