import ArgumentParser
import Documents
import FoundationEssentials
import Images
import Shared
import SystemPackage

struct GarbageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Make room: remove what no farm, image or release needs any more.",
        discussion: """
            Of all farms' binhosts what `binhost gc` removes, of this host's images what `image prune` removes, and of what \
            farmctl keeps so as not to fetch it again, what was not used for 30 days. Only tells what would go, unless --yes \
            is given. Workers and the coordinator remove old images, roots and logs by themselves.
            """)

    @Flag(help: "Remove it.")
    var yes = false

    @OptionGroup var options: ImageStoreOptions

    @OptionGroup var connection: ConnectionOptions

    private static let kept = Duration.seconds(30 * 24 * 3600)

    func run() async throws {
        let removes = yes
        let binhosts = try await connection.connected { connection in
            var views: [GarbageView] = []
            for farm in try await connection.status(recentRuns: 1).farms {
                views.append(try await connection.collectGarbage(of: farm.name, removes: removes))
            }
            return views
        }
        let store = try options.open()
        let images = try options.images { () throws(ImageError) in
            let lock = try store.lock()
            let result = try store.prune(removes: removes)
            _ = consume lock
            return result
        }
        let caches = try [Cache.images, .overlays].map { try $0.prune(olderThan: Self.kept, removes: removes) }
        let view = RoomView(
            isTrial: !yes, binhosts: binhosts,
            imageBlobs: .init(files: images.count, bytes: images.bytes),
            cache: .init(files: caches.reduce(0) { $0 + $1.count }, bytes: caches.reduce(0) { $0 + $1.bytes }))
        try Output.print(view, asJSON: options.json, .current)
    }
}
