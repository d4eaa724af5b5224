import ArgumentParser

struct ReleaseUnholdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unhold", abstract: "Let clients see what a failed atomic run has built.",
        discussion: "`farmctl release diff FARM held live` tells what that is.")

    @Argument(help: "The farm's name.")
    var farm: String

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.connected { try await $0.unhold(farm) }
        Output.print(["clients see the present state of \(farm)"], .current)
    }
}
