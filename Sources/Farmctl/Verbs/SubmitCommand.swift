import ArgumentParser
import Glibc
import Shared

struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Ask a farm to bring targets up to date.",
        discussion: "Prints the number of the run. Ctrl-C while waiting leaves the run going on.")

    @Argument(help: "The farm's name.")
    var farm: String

    @Argument(help: ArgumentHelp("Atoms such as dev-libs/expat, or sets such as @hep.", valueName: "target"))
    var targets: [String] = []

    @Option(
        name: .long, parsing: .unconditional,
        help: ArgumentHelp("Its jobs go before those of runs with a lower one.", valueName: "number"))
    var priority: Int32 = 0

    @Option(
        help: ArgumentHelp(
            "Build this package again although nothing changed: dev-libs/expat, an atom, or @set; may be given more than"
                + " once.", valueName: "package"))
    var force: [String] = []

    @Flag(help: "Build everything again although nothing changed.")
    var forceAll = false

    @Flag(help: "Build again what could only be built against the base image's older copy of a dependency.")
    var secondPass = false

    @Flag(help: "Clients see what it builds together, when it has succeeded, and until then what was there before.")
    var atomic = false

    @Flag(help: "Show the run until it has ended; fail when it fails.")
    var wait = false

    @Flag(name: .shortAndLong, help: "Show all failures and Portage's own text.")
    var verbose = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !targets.isEmpty else {
            throw ValidationError("name at least one target: an atom such as dev-libs/expat, or a set such as @hep")
        }
        guard !farm.isEmpty, targets.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("neither the farm nor a target can be empty")
        }
        guard SubmitLimits.priorities.contains(priority) else {
            throw ValidationError(
                "--priority is from \(SubmitLimits.priorities.lowerBound) to \(SubmitLimits.priorities.upperBound)")
        }
        for package in force where package == "*" || !SubmitLimits.canForce(package) {
            throw ValidationError(
                "--force \(package): \(PackagePatternError.remedy); --force-all is for all")
        }
        if forceAll, !force.isEmpty { throw ValidationError("--force-all is more than any --force: choose one") }
    }

    func run() async throws {
        let ended = try await connection.connected { connection in
            let run = try await connection.submit(request)
            Output.write("run \(run)\n")
            guard wait else { return true }
            return try await Self.waitForEnd(of: run, isVerbose: verbose, &connection)
        }
        if !ended { throw ExitCode(ProgramExit.failed.rawValue) }
    }

    var request: WireSubmitRequest {
        var request = WireSubmitRequest()
        request.farm = farm
        request.targets = targets
        request.priority = priority
        request.forced = forceAll ? ["*"] : force
        request.secondPass = secondPass
        request.atomic = atomic
        return request
    }

    /// - Returns: whether the run succeeded.
    static func waitForEnd(
        of run: Int64, isVerbose: Bool, _ connection: inout CoordinatorConnection
    ) async throws -> Bool {
        var watch = StatusWatch(
            run: run, endsWithRun: true, isVerbose: isVerbose, terminal: { Terminal.current },
            write: { Output.write($0) })
        do {
            return try await watch.watch(&connection)?.hasSucceeded ?? false
        } catch is CancellationError {
            Output.note(
                "run \(run) goes on; look at it with: farmctl status --watch --run \(run); end it with: farmctl cancel \(run)"
            )
            throw CancellationError()
        }
    }
}
