import ArgumentParser
import Glibc
import Shared
import Stack
import SystemPackage

struct ImageBuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Have the farm make the image that its packages are built in.",
        discussion: """
            `binfarm` is Gentoo's stage3 with what the farm file says: repositories, profile, locales, configuration, @world up \
            to date, the base sets. `subject NAME` is that with the configuration of a subject's sets, and is the image of \
            a farm of its own, FARM-NAME. A farm that the coordinator does not know is made with its first image. A worker \
            makes the image; all others get it from the coordinator. It is made again when something that it is made of has \
            changed.
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case binfarm, subject }

    @Argument(help: "binfarm or subject.")
    var kind: Kind

    @Argument(help: "The subject's name.")
    var name: String?

    @Option(help: ArgumentHelp("The farm file.", valueName: "file"), completion: .file(extensions: ["yaml"]))
    var file = "farm.yaml"

    @Option(name: .customLong("set"), help: ArgumentHelp("Another value than the file's.", valueName: "name=value"))
    var overrides: [String] = []

    @Flag(help: "Only say whether it would be made, and why.")
    var dryRun = false

    @Flag(help: "Make it although nothing has changed.")
    var force = false

    @Flag(help: "Do not wait for it.")
    var noWait = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard (kind == .subject) == (name != nil) else {
            throw ValidationError(
                kind == .subject
                    ? "name the subject: farmctl image build subject NAME" : "the binfarm image has no name")
        }
        if dryRun, force { throw ValidationError("--force makes it in any case: there is nothing to find out") }
    }

    func run() async throws {
        let description = try description()
        let build = try ImageBuild(description, isForced: force, onlyAsks: dryRun)
        let inputs = try await description.inputs()
        let succeeded = try await connection.connected { connection in
            let run: Int64
            switch try await build.standing(inputs, &connection) {
            case .underWay(let number): run = number
            case .upToDate(let digest) where !force:
                Output.write("\(description.farmName) has this image already: \(digest.prefix(12))\n")
                return true
            case .upToDate:
                run = try await build.begin(inputs, &connection)
            case .outdated(let changed, let total, let isNew):
                Output.write("\(Self.reason(description.farmName, changed, total, isNew: isNew))\n")
                if dryRun { return true }
                run = try await build.begin(inputs, &connection)
            }
            Output.write("run \(run)\n")
            if noWait || dryRun { return true }
            guard try await SubmitCommand.waitForEnd(of: run, isVerbose: false, &connection) else { return false }
            if case .upToDate(let digest) = try await build.standing(inputs, &connection) {
                Output.write("\(description.farmName) has the image \(digest.prefix(12)) now\n")
            }
            return true
        }
        if !succeeded { throw ExitCode(ProgramExit.failed.rawValue) }
    }

    private func description() throws -> ImageDescription {
        let farm = try FarmFileOptions.read(file, overrides)
        let kind = try name.map { ImageDescription.Kind.subject(try FarmTreeCommand.subject($0, of: farm)) } ?? .binfarm
        return ImageDescription(farm, kind, directory: FilePath(file).removingLastComponent())
    }

    private static let shown = 8

    private static func reason(_ farm: String, _ changed: [String], _ total: Int, isNew: Bool) -> String {
        if isNew { return "\(farm) has no image yet" }
        let more = total > shown ? " and \(total - shown) more" : ""
        return "the image of \(farm) is made of something else: \(changed.prefix(shown).joined(separator: ", "))\(more)"
    }
}
