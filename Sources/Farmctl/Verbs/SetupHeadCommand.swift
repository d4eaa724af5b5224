import ArgumentParser
import Glibc
import Shared
import Stack
import SystemPackage

struct SetupHeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head", abstract: "Prepare this host for the coordinator, and start it.",
        discussion: """
            Makes the coordinator's key, its configuration with the farms that a farm file means, and a key of an operator \
            with a farmctl.yaml in the home of who calls it (by sudo or as root). Prints the command for each host that is \
            to build.
            """)

    @Option(
        help: ArgumentHelp("The farm file; farm.yaml here, if it is not said.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var farmFile: String?

    @Option(
        help: ArgumentHelp("A farm, instead of those of a farm file; may be given more than once.", valueName: "name"))
    var farm: [String] = []

    @OptionGroup var options: SetupOptions

    func validate() throws {
        if farmFile != nil, !farm.isEmpty { throw ValidationError("--farm-file or --farm: choose one") }
        if !farm.isEmpty, let problem = HeadDraft.problem(ofFarms: farm) { throw ValidationError(problem) }
    }

    func run() async throws {
        try HostPreparation.begin(verb: "head")
        let setup = HeadSetup(
            preparation: options.preparation, farms: { try Self.farms(named: farm, file: farmFile) },
            person: try Self.person(login: getenv("SUDO_USER").map { String(cString: $0) }), isStarted: !options.noStart
        )
        let command = try await setup.run()
        Output.write("\nOn each host that is to build, as root:\n  \(command)\n")
    }

    private static func farms(named names: [String], file: String?) throws(FarmctlError) -> [String] {
        guard names.isEmpty else { return names }
        guard file != nil || FileStatus.exists("farm.yaml") else {
            throw FarmctlError(
                .usage, "which farms the coordinator has is not said, and there is no farm.yaml here",
                remedy: "--farm-file FILE, or --farm NAME for each.")
        }
        return HeadDraft.farms(of: try FarmFileOptions.read(file ?? "farm.yaml"))
    }

    private static func person(login: String?) throws(FarmctlError) -> Account {
        if let login, let account = Account.named(login) { return account }
        guard let root = Account.named("root") else {
            throw FarmctlError(.failed, "there is no user 'root' on this host", remedy: "getent passwd root")
        }
        return root
    }
}
