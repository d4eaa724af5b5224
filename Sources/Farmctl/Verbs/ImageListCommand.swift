import ArgumentParser
import Images

struct ImageListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the images.")

    @OptionGroup var options: ImageStoreOptions

    func run() async throws {
        let store = try options.open()
        let images = try options.images { () throws(ImageError) in
            try store.images().map { image throws(ImageError) in try store.image(image.name) }
        }
        try Output.print(ImagesView(images), asJSON: options.json, .current)
    }
}
