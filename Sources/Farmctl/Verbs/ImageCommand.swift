import ArgumentParser

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Make runtime images out of packages, look at them, and give them away.",
        discussion: """
            Images are in a directory of this host, an OCI image layout that other tools read too: --store DIRECTORY, else \
            $BINFARM_IMAGES, else binfarm/images in $XDG_DATA_HOME or ~/.local/share.
            """,
        subcommands: [
            ImageAssembleCommand.self, ImageListCommand.self, ImageInspectCommand.self, ImageDiffCommand.self,
            ImagePushCommand.self, ImageRemoveCommand.self, ImagePruneCommand.self,
        ])
}
