import ArgumentParser
import Shared
import SystemPackage
import ZeroMQ

struct KeyListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the public keys in a directory.")

    @Option(help: ArgumentHelp("Where the .pub files are.", valueName: "dir"), completion: .directory)
    var directory = "."

    func run() throws {
        let directory = FilePath(directory)
        let names: [String]
        do {
            names = try Directory.names(in: directory).filter { $0.hasSuffix(".pub") }
        } catch {
            throw FarmctlError(.failed, "cannot list \(directory): \(error)")
        }
        var table = Table([.init("NAME"), .init("ROLE"), .init("PUBLIC KEY"), .init("SECRET")])
        var faults: [String] = []
        for name in names {
            do {
                let key = try PublicKeyFile(contentsOf: directory.appending(name))
                let secret = directory.appending("\(key.name).secret")
                table.add([
                    Line(key.name, .strong), Line(key.role.rawValue), Line(key.key.z85),
                    Line(FileStatus.exists(secret) ? "here" : ""),
                ])
            } catch {
                faults.append("\(error)")
            }
        }
        let terminal = Terminal.current
        Output.print(table.lines(width: terminal.width), terminal)
        for fault in faults { Output.note("farmctl: \(fault)") }
        if !faults.isEmpty { throw ExitCode(ProgramExit.failed.rawValue) }
    }
}
