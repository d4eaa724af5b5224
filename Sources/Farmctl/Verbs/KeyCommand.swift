import ArgumentParser

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make and list keys; needs no configuration and no coordinator.",
        subcommands: [KeyNewCommand.self, KeyListCommand.self])
}
