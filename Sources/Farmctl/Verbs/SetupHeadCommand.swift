import ArgumentParser
import Glibc
import Shared
import SystemPackage

struct SetupHeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head", abstract: "Prepare this host for the coordinator, and start it.",
        discussion: """
            Makes the coordinator's key, its configuration, and a key of an operator with a farmctl.yaml in the home of who \
            calls it (by sudo or as root). Prints the command for each host that is to build. Farms come with their images: \
            `farmctl image build`.
            """)

    @OptionGroup var options: SetupOptions

    func run() async throws {
        try HostPreparation.begin(verb: "head")
        let setup = HeadSetup(
            preparation: options.preparation,
            person: try Self.person(login: getenv("SUDO_USER").map { String(cString: $0) }), isStarted: !options.noStart
        )
        let command = try await setup.run()
        Output.write("\nOn each host that is to build, as root:\n  \(command)\n")
    }

    private static func person(login: String?) throws(FarmctlError) -> Account {
        if let login, let account = Account.named(login) { return account }
        guard let root = Account.named("root") else {
            throw FarmctlError(.failed, "there is no user 'root' on this host", remedy: "getent passwd root")
        }
        return root
    }
}
