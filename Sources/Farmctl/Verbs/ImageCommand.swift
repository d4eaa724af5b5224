import ArgumentParser

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Make images: those that packages are built in, and those that are made of packages.",
        discussion: """
            Images of packages are in a directory of this host, an OCI image layout that other tools read too: --store DIRECTORY, else \
            $BINFARM_IMAGES, else binfarm/images in $XDG_DATA_HOME or ~/.local/share.
            """,
        subcommands: [
            ImageBuildCommand.self, ImageAssembleCommand.self, ImageListCommand.self, ImageInspectCommand.self,
            ImageDiffCommand.self,
            ImagePushCommand.self, ImageRemoveCommand.self, ImagePruneCommand.self,
        ])
}
