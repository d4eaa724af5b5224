import Glibc
import Shared
import SystemPackage

/// Does to a host what both setups need, and says of each thing that it did it or found it done. Nothing that is there is
/// replaced.
struct HostPreparation: Sendable {
    let host: ThisHost
    /// Who runs the services.
    let userName: String
    /// Configuration and keys.
    let etc: FilePath
    let say: @Sendable (SetupStep) -> Void

    /// The package's user, who is also the one of the units.
    static let standardUser = "collector"
    static let standardEtc = FilePath("/etc/binfarm")
    /// Below it are the states of both programs.
    static let standardHome = FilePath("/var/lib/binfarm")

    static let readable: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    static let root = FileOwner(user: 0, group: 0)

    /// - Throws: `FarmctlError` when who calls it is not root.
    static func begin(verb: String) throws(FarmctlError) {
        guard geteuid() == 0 else {
            throw FarmctlError(
                .failed, "only root may set up a host: it makes directories and keys in /etc and starts a service",
                remedy: "sudo farmctl setup \(verb) …")
        }
        // What others have to read is not to depend on root's habits.
        umask(0o022)
    }

    /// The services' user, with the directories that the package has for it.
    func user() async throws -> Account {
        let isOurs = userName == Self.standardUser
        if let account = Account.named(userName) {
            say(.stays("the user \(userName)"))
            if isOurs { try await makeHome(of: account) }
            return account
        }
        guard isOurs else {
            throw FarmctlError(
                .usage, "there is no user '\(userName)' on this host",
                remedy: "make it, or leave --user out: the package's is \(Self.standardUser).")
        }
        guard FileStatus.exists(host.sysusers), FileStatus.exists(host.tmpfiles) else {
            throw FarmctlError(
                .failed, "there is no user '\(userName)' on this host, nor \(host.sysusers), which describes it",
                remedy: """
                    install the package (apt-get install ./binfarm_VERSION_ARCHITECTURE.deb), or `make install` what was \
                    built, and set it up with that farmctl.
                    """)
        }
        try await Tool.run("systemd-sysusers", [host.sysusers.string], package: "systemd").demandSuccess()
        guard let account = Account.named(userName) else {
            throw FarmctlError(
                .failed, "systemd-sysusers \(host.sysusers) has made no user '\(userName)'",
                remedy: "getent passwd \(userName) has to find it.")
        }
        say(.made("the user \(userName)"))
        try await makeHome(of: account)
        return account
    }

    private func makeHome(of account: Account) async throws {
        let storage = Self.standardHome.appending(".config/containers/storage.conf")
        if FileStatus.exists(host.tmpfiles), !FileStatus.exists(storage) {
            try await Tool.run("systemd-tmpfiles", ["--create", host.tmpfiles.string], package: "systemd")
                .demandSuccess()
            say(.made("what was missing of \(host.tmpfiles)"))
        }
        // podman's store is in it.
        try directory(
            Self.standardHome, owner: account.owner,
            permissions: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
    }

    func directory(_ path: FilePath, owner: FileOwner, permissions: FilePermissions) throws(FarmctlError) {
        guard !FileStatus.isDirectory(path) else { return say(.stays(path.string)) }
        do {
            try Directory.create(path.removingLastComponent())
            guard mkdir(path.string, permissions.rawValue) == 0 else { throw Errno(rawValue: errno) }
            // By descriptor: who owns the directory above may have put a link there meanwhile.
            let made = try FileDescriptor.open(path, .readOnly, options: [.directory, .noFollow])
            try made.closeAfter {
                guard fchown(made.rawValue, owner.user, owner.group) == 0 else { throw Errno(rawValue: errno) }
            }
        } catch {
            throw FarmctlError(.failed, "the directory \(path) cannot be made: \(error)")
        }
        say(.made(path.string))
    }

    /// A file of root's that all may read, unless it is there.
    func file(_ path: FilePath, _ text: String) throws(FarmctlError) {
        guard !FileStatus.exists(path) else { return say(.stays(path.string)) }
        do {
            try AtomicFile.write(Array(text.utf8), to: path, permissions: Self.readable)
        } catch {
            throw FarmctlError(.failed, "\(path) cannot be written: \(error)")
        }
        say(.made(path.string))
    }

    /// A service that is to run from now on and after each start of the host.
    /// - Parameter isWanted: somebody did not say that it is not to be started.
    func service(_ unit: String, isWanted: Bool) async throws {
        guard isWanted else { return say(.notStarted("\(unit), as --no-start says")) }
        guard host.runsSystemd else { return say(.notStarted("\(unit): systemd does not run here")) }
        guard isOfUnits else {
            return say(
                .notStarted(
                    "\(unit): its unit is for the user \(Self.standardUser) and \(Self.standardEtc); systemctl edit \(unit)"
                ))
        }
        let isActive = try await Tool.run("systemctl", ["is-active", "--quiet", unit]).status == 0
        let isEnabled = try await Tool.run("systemctl", ["is-enabled", "--quiet", unit]).status == 0
        if isActive, isEnabled { return say(.stays("\(unit) runs")) }
        try await Tool.run("systemctl", ["enable", "--now", "--quiet", unit]).demandSuccess()
        say(.started(unit))
    }

    /// The units start the programs with just this user and this configuration.
    var isOfUnits: Bool { userName == Self.standardUser && etc == Self.standardEtc }
}
