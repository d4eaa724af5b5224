import ArgumentParser
import Shared
import SystemPackage

struct SetupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup", abstract: "Prepare this host: as the farm's head, or as one that builds.",
        discussion: """
            As root, where binfarm is installed. It prints a line for each thing that it makes. What is there already stays \
            as it is, so that it can be done again.
            """,
        subcommands: [SetupHeadCommand.self, SetupWorkerCommand.self])
}

/// What both hosts' setups take.
struct SetupOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who runs the service.", valueName: "name"), completion: .list(["collector"]))
    var user = HostPreparation.standardUser

    @Option(help: ArgumentHelp("Where configuration and keys are.", valueName: "dir"), completion: .directory)
    var etc = HostPreparation.standardEtc.string

    @Flag(help: "Do not start the service.")
    var noStart = false

    func validate() throws {
        guard etc.hasPrefix("/") else { throw ValidationError("--etc \(etc): the directory has to begin with /") }
    }

    var preparation: HostPreparation {
        HostPreparation(host: .current, userName: user, etc: FilePath(etc)) { step in
            Output.write(step.line.text + "\n")
        }
    }
}
