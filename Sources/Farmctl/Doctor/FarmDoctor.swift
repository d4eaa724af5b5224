import Documents
import Shared
import SystemPackage
import ZeroMQ

/// Looks at what stands between a person and a farm that builds: configuration, keys, the coordinator, workers.
struct FarmDoctor: Sendable {
    /// What `--config` says.
    let explicit: String?
    let environment: [String: String]
    /// For each answer.
    let timeout: Duration

    private static let configuration = "configuration"

    func examine() async throws -> DoctorReport {
        let path: FilePath
        let configuration: FarmctlConfiguration
        do {
            path = try ConfigurationSearch(explicit: explicit, environment: environment).path(exists: FileStatus.exists)
            configuration = try FarmctlConfiguration(contentsOf: path)
        } catch let error {
            return DoctorReport([.problem(Self.configuration, error.message, mend: error.remedy ?? "mend that file")])
        }
        return DoctorReport(try await findings(configuration, from: path))
    }

    /// - Parameter path: the file that the configuration stands in.
    func findings(_ configuration: FarmctlConfiguration, from path: FilePath) async throws -> [Diagnosis] {
        let first = Diagnosis.ok(
            Self.configuration, "\(path): the key '\(configuration.name)', \(configuration.control)")
        let port = await CoordinatorProbe(keys: configuration.keys, server: configuration.coordinatorKey)
            .call(configuration.control, asks: true)
        let head = Endpoint(configuration.control)?.host ?? "HEAD"
        let control = PortCheck.finding(
            "control port", configuration.control, port,
            PortCaller(
                configurationFile: path, coordinatorKeyFile: configuration.coordinatorKeyFile, head: head,
                key: PublicKeyFile(
                    name: configuration.name, role: configuration.role, key: configuration.keys.publicKey)))
        guard control.verdict != .problem else { return [first, control] }
        do {
            return [first, control] + FarmCheck.findings(try await facts(configuration, head: head))
        } catch let error as FarmctlError {
            let mend = "ssh \(head) journalctl -u binfarm-coordinator -e"
            return [first, control, .problem("coordinator", error.message, mend: mend)]
        }
    }

    private func facts(_ configuration: FarmctlConfiguration, head: String) async throws -> FarmFacts {
        try await CoordinatorConnection.with(configuration, timeout: timeout) { connection in
            // The first answer's time is the handshake's, too.
            _ = try await connection.status(recentRuns: 1)
            let asked = Clock.now()
            let (status, now) = try await connection.statusWithTime()
            let answered = Clock.now()
            return FarmFacts(
                status: status, clockOffset: now - (asked + answered) / 2, roundTrip: answered - asked, head: head,
                version: BinfarmVersion.text)
        }
    }
}
