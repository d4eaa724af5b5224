import ArgumentParser

struct BinhostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "binhost", abstract: "Look after a farm's published files.",
        subcommands: [BinhostVerifyCommand.self, BinhostGarbageCommand.self, BinhostRepairCommand.self])
}
