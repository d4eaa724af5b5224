import ArgumentParser
import Images
import Shared

struct ImageRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove images; layers that no other has go with `prune`.")

    @Argument(help: "The images' names.")
    var names: [String]

    @OptionGroup var options: ImageStoreOptions

    func run() async throws {
        let store = try options.open()
        try options.images { () throws(ImageError) in
            let lock = try store.lock()
            for name in names { _ = try store.image(name) }
            try store.remove(Set(names))
            _ = consume lock
        }
    }
}
