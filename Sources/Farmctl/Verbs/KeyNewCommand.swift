import ArgumentParser
import Shared
import SystemPackage

struct KeyNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a key pair: NAME.pub for the coordinator, NAME.secret for its owner.")

    @Argument(help: "Whose key it is: letters, digits, '.', '_' and '-'.")
    var name: String

    @Option(help: "What its owner may do.")
    var role: KeyRole

    @Option(help: ArgumentHelp("Where both files are written.", valueName: "dir"), completion: .directory)
    var directory = "."

    func validate() throws {
        guard KeyName.isValid(name) else {
            throw ValidationError("'\(name)' is no name for a key: letters, digits, '.', '_' and '-', at most 64")
        }
    }

    func run() throws {
        let directory = FilePath(directory)
        do {
            // Secrets will lie there: nobody else looks in.
            if !FileStatus.exists(directory) { try Directory.create(directory, permissions: .ownerReadWriteExecute) }
            let files = try SecretKeyFile.create(name: name, role: role, in: directory)
            Output.write("\(files.public)\n\(files.secret)\n")
        } catch let error as Errno {
            throw FarmctlError(.failed, "cannot write a key into \(directory): \(error)")
        } catch let error as KeyError {
            throw FarmctlError(.failed, "\(error)")
        }
        switch role {
        case .coordinator: Output.note("Everybody who talks to this coordinator needs \(name).pub.")
        case .worker, .operator, .viewer:
            Output.note("Copy \(name).pub into the coordinator's directory of keys; keep \(name).secret to its owner.")
        }
    }
}

extension KeyRole: ExpressibleByArgument {}
