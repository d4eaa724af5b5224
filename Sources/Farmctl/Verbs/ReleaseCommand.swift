import ArgumentParser

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Named states of a farm's binhost, which never change.",
        discussion: """
            A release shares the package files with the binhost and is served beside it, as /FARM@NAME. In a large binhost \
            the work takes longer than the usual --timeout: it is done all the same.
            """,
        subcommands: [
            ReleaseListCommand.self, ReleaseTagCommand.self, ReleaseDiffCommand.self, ReleaseRollbackCommand.self,
            ReleasePruneCommand.self, ReleaseUnholdCommand.self,
        ])
}
