import ArgumentParser
import Images
import Shared

struct ImagePruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove what no image has any more.")

    @OptionGroup var options: ImageStoreOptions

    func run() async throws {
        let store = try options.open()
        let (count, bytes) = try options.images { () throws(ImageError) in
            let lock = try store.lock()
            let result = try store.prune()
            _ = consume lock
            return result
        }
        Output.note("\(count == 1 ? "1 blob" : "\(count) blobs") removed, \(Quantity.size(bytes))")
    }
}
