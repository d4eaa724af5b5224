import ArgumentParser

struct ImageDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show which packages another image has otherwise, and what its users pull.")

    @Argument(help: "The earlier image.")
    var from: String

    @Argument(help: "The later image.")
    var to: String

    @OptionGroup var options: ImageStoreOptions

    func run() async throws {
        let view = ImageDiffView(ImageView(try options.image(from)), ImageView(try options.image(to)))
        try Output.print(view, asJSON: options.json, .current)
    }
}
