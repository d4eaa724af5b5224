import ArgumentParser
import Shared
import Stack
import SystemPackage

struct FarmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "farm", abstract: "Look at the file that describes a farm, and at what it means.",
        discussion: """
            The file is farm.yaml here, unless another is named. A single value can also be given as --set NAME=VALUE or as \
            a variable such as BINFARM_TYPE; the option counts more than the variable, and that more than the file.
            """,
        subcommands: [FarmCheckCommand.self, FarmShowCommand.self, FarmTreeCommand.self])
}

/// Which farm file a verb is about.
struct FarmFileOptions: ParsableArguments {
    @Argument(help: "The farm file.", completion: .file(extensions: ["yaml"]))
    var file = "farm.yaml"

    @Option(name: .customLong("set"), help: ArgumentHelp("Another value than the file's.", valueName: "name=value"))
    var overrides: [String] = []

    /// - Throws: `FarmctlError` with all that is wrong, each with what to do.
    func read() throws(FarmctlError) -> FarmFile { try Self.read(file, overrides) }

    static func read(_ file: String, _ overrides: [String] = []) throws(FarmctlError) -> FarmFile {
        do throws(StackFaults) {
            return try FarmFileReader.read(
                FilePath(file), .init(commandLine: overrides, environment: Environment.farmSettings))
        } catch {
            let count = error.faults.count
            throw FarmctlError(
                .usage, "\(file) has \(count == 1 ? "a fault" : "\(count) faults")",
                remedy: error.faults.map { "\($0)\n  \($0.remedy)" }.joined(separator: "\n"))
        }
    }
}

struct FarmCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say all that is wrong with a farm file and with the sets that it names.")

    @OptionGroup var farm: FarmFileOptions

    func run() async throws {
        let file = try farm.read()
        let packages = file.sets.flatMap(\.members).count
        Output.write(
            "\(file.name.value): all is well; sets: \(file.sets.count), packages: \(packages), "
                + "overlays: \(file.overlays.count), subjects: \(file.subjects.count)\n")
    }
}

struct FarmShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the values that count, and where each comes from.")

    @OptionGroup var farm: FarmFileOptions

    func run() async throws {
        let terminal = Terminal.current
        Output.print(FarmFileView(farm: try farm.read()).lines(width: terminal.width), terminal)
    }
}

struct FarmTreeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree", abstract: "Write the /etc/portage that a farm file means.",
        discussion: "Into a directory that is not there yet, or that this verb has written.")

    @OptionGroup var farm: FarmFileOptions

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where to write it.", valueName: "directory"), completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("With this subject's sets alone.", valueName: "name"))
    var subject: String?

    func run() async throws {
        let file = try farm.read()
        let subject = try subject.map { try Self.subject($0, of: file) }
        let tree = PortageTree(file, sets: subject?.sets)
        do {
            try TreeWriter(directory: FilePath(output)).write(tree)
        } catch let error as Errno {
            throw FarmctlError(.failed, "\(output) cannot be written: \(error)")
        }
        Output.note("\(tree.files.count) files are in \(output)")
    }

    static func subject(_ name: String, of file: FarmFile) throws(FarmctlError) -> FarmFile.Subject {
        if let subject = file.subjects.first(where: { $0.name == name }) { return subject }
        let known = file.subjects.map(\.name).joined(separator: ", ")
        throw FarmctlError(
            .notFound, "the farm has no subject '\(name)'",
            remedy: known.isEmpty ? "`subjects` of the farm file names them." : "it has \(known).")
    }
}
