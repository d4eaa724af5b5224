import ArgumentParser
import Shared
import SystemPackage

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve a directory over HTTP, such as a binhost that was published to it.",
        discussion: """
            Until it is ended, to read alone, by rclone. The binhosts of a farm need it not: the coordinator serves them.
            """)

    @Argument(help: "The directory.", completion: .directory)
    var directory: String

    @Option(help: ArgumentHelp("Where to listen.", valueName: "address:port"))
    var address = "127.0.0.1:8080"

    func validate() throws {
        guard let colon = address.lastIndex(of: ":"), colon > address.startIndex,
            UInt16(address[address.index(after: colon)...]) ?? 0 > 0
        else {
            throw ValidationError("'\(address)' is no place to listen at: write ADDRESS:PORT, such as 0.0.0.0:8080")
        }
    }

    func run() async throws {
        guard FileStatus.isDirectory(FilePath(directory)) else {
            throw FarmctlError(.notFound, "there is no directory \(directory)")
        }
        if !FileStatus.exists(FilePath(directory).appending("Packages")) {
            Output.note("\(directory) has no Packages: it is no binhost, and served all the same")
        }
        Output.note("http://\(address)/ until Ctrl-C")
        let error = Tool.become(
            "rclone",
            // No remote of somebody's configuration, whatever the directory is called.
            [
                "serve", "http", "--addr", address, "--read-only", "--config", "/dev/null", "--copy-links",
                // An index is replaced when something is published.
                "--dir-cache-time", "1s", "--", ":local:\(directory)",
            ])
        throw FarmctlError(.failed, "rclone cannot be run: \(error)", remedy: "install it: apt-get install rclone")
    }
}
