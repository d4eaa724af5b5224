import ArgumentParser

struct ImageInspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show an image's layers with their packages, and its variables.")

    @Argument(help: "The image's name.")
    var name: String

    @OptionGroup var options: ImageStoreOptions

    func run() async throws {
        try Output.print(ImageView(try options.image(name)), asJSON: options.json, .current)
    }
}
