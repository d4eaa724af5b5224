import ArgumentParser
import Images
import Shared
import Stack
import SystemPackage

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

/// Where images are.
struct ImageStoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where images are kept.", valueName: "directory"), completion: .directory)
    var store: String?

    @Flag(help: "Print JSON.")
    var json = false

    func open() throws(FarmctlError) -> ImageStore {
        let environment = Environment.current
        let shared = environment["XDG_DATA_HOME"] ?? environment["HOME"].map { "\($0)/.local/share" }
        guard let path = store ?? environment["BINFARM_IMAGES"] ?? shared.map({ "\($0)/binfarm/images" }) else {
            throw FarmctlError(.usage, "nothing says where images are", remedy: "name a directory by --store")
        }
        // skopeo takes what follows a colon for the image's name.
        guard !path.contains(":") else {
            throw FarmctlError(.usage, "'\(path)' has a ':' in it", remedy: "name another directory by --store")
        }
        return try images { () throws(ImageError) in try ImageStore(FilePath(path)) }
    }

    /// What goes wrong in a store, as the program's own error.
    func images<Result>(_ body: () throws(ImageError) -> Result) throws(FarmctlError) -> Result {
        do throws(ImageError) { return try body() } catch { throw FarmctlError(error) }
    }

    func image(_ name: String) throws(FarmctlError) -> StoredImage {
        let store = try open()
        return try images { () throws(ImageError) in try store.image(name) }
    }

    static func check(name: String) throws {
        // What skopeo and registries take for a name.
        let parts = name.split(omittingEmptySubsequences: false) { ".-_".contains($0) }
        guard KeyName.isValid(name), name == name.lowercased(), parts.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError(
                "'\(name)' is no name for an image: small letters and digits, between them '.', '_' or '-', at most 64")
        }
    }
}

extension FarmctlError {
    init(_ error: ImageError) { self.init(.failed, error.description, remedy: error.remedy) }
}

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

struct ImagePushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Copy an image to a registry.",
        discussion: """
            DESTINATION is HOST/NAME:TAG. Layers that are there already are not sent again. The password is where `podman \
            login` or `docker login` has put it.
            """)

    @Argument(help: "The image's name.")
    var name: String

    @Argument(help: "Where to.")
    var destination: String

    @Flag(help: "Also without TLS, or with a certificate that nobody vouches for.")
    var insecure = false

    @OptionGroup var options: ImageStoreOptions

    func validate() throws {
        guard destination.contains("/"), !destination.hasPrefix("-"), !destination.contains("://") else {
            throw ValidationError("'\(destination)' is no place in a registry: write HOST/NAME:TAG")
        }
    }

    func run() async throws {
        let image = try options.image(name)
        try await Skopeo.copy(
            from: Skopeo.place(image.name, in: try options.open()), to: "docker://\(destination)",
            options: insecure ? ["--dest-tls-verify=false"] : [])
        Output.note("\(name) is at \(destination)")
    }
}

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
