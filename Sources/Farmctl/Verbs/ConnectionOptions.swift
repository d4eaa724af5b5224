import ArgumentParser
import Glibc
import Shared
import SystemPackage

/// What every verb takes that talks to the coordinator.
struct ConnectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Configuration file.", valueName: "file"), completion: .file(extensions: ["yaml"]))
    var config: String?

    @Option(help: ArgumentHelp("How long to wait for an answer.", valueName: "seconds"))
    var timeout = 5

    func validate() throws {
        guard (1...3600).contains(timeout) else { throw ValidationError("--timeout is from 1 to 3600 seconds") }
    }

    func connected<Result>(
        _ body: (inout CoordinatorConnection) async throws -> Result
    ) async throws -> Result {
        let path = try ConfigurationSearch(explicit: config, environment: Environment.current)
            .path(exists: FileStatus.exists)
        return try await CoordinatorConnection.with(
            try FarmctlConfiguration(contentsOf: path), timeout: .seconds(timeout), body)
    }
}

/// Checks of arguments that several verbs share.
enum Arguments {
    static func check(run: Int64?) throws {
        if let run, run < 1 { throw ValidationError("runs are numbered from 1") }
    }

    /// What stands for the present state of a binhost, where a release's name is asked for, and for the earlier one that
    /// clients see while there is one.
    static let liveState = "live"
    static let heldState = "held"

    static func check(release name: String) throws {
        guard KeyName.isValid(name), ![liveState, heldState].contains(name) else {
            throw ValidationError(
                "'\(name)' is no name for a release: letters, digits, '.', '_' and '-', at most 64; not '\(liveState)'"
                    + " or '\(heldState)'")
        }
    }
}
