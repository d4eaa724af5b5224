import ArgumentParser
import Images
import Shared
import Stack
import SystemPackage

struct ImageAssembleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assemble", abstract: "Make an image of chosen packages and what they need to run.",
        discussion: """
            The packages come from a binhost; nothing is built, and no container runs. Each has a layer of its own, which is \
            the same in every image; beyond --layers those that cost least are put together. What a package does once it is \
            installed (pkg_postinst) is not done.
            """)

    @Argument(help: "The image's name.")
    var name: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Packages, or sets of the farm file such as @hep.", valueName: "atom"))
    var from: [String]

    @Option(
        help: ArgumentHelp(
            "A binhost's directory or address; without it, on the coordinator's host, that of the farm.",
            valueName: "place"))
    var binhost: String?

    @Option(
        help: ArgumentHelp(
            "The image on which it stands, as skopeo names it, such as docker://HOST/NAME:TAG or oci-archive:FILE; without "
                + "it all comes from packages.", valueName: "image"))
    var base: String?

    @Option(help: ArgumentHelp("The base has this package or library.", valueName: "name"))
    var provided: [String] = []

    @Option(help: ArgumentHelp("Layers that the image may have.", valueName: "count"))
    var layers = 125

    @Option(help: "Write it out, too: oci-archive, docker-archive, rootfs or squashfs.")
    var format: ImageFormat?

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write it.", valueName: "path"), completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp("The farm file, whose sets can be named.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var file = "farm.yaml"

    @OptionGroup var options: ImageStoreOptions

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try ImageStoreOptions.check(name: name)
        guard !from.isEmpty else { throw ValidationError("--from names nothing") }
        guard (2...125).contains(layers) else { throw ValidationError("--layers is from 2 to 125") }
        guard (format == nil) == (output == nil) else {
            throw ValidationError("--format and --output go together")
        }
        if let base, !base.contains(":") || base.hasPrefix("-") {
            throw ValidationError("'\(base)' is no image: write docker://HOST/NAME:TAG, oci-archive:FILE or the like")
        }
    }

    func run() async throws {
        let store = try options.open()
        let assembly = ImageAssembly(
            name: name, store: store, binhost: try await source(), atoms: try atoms(), base: base,
            provided: Set(provided), layerLimit: layers)
        do {
            var view = try await assembly.run()
            if let format, let output {
                try await format.write(try store.image(name), in: store, to: FilePath(output))
                view.output = output
            }
            try Output.print(view, asJSON: options.json, .current)
        } catch let error as ImageError {
            throw FarmctlError(error)
        } catch let error as LayerError {
            throw FarmctlError(.failed, "a layer cannot be made: \(error)")
        }
    }

    private func source() async throws -> BinhostSource {
        if let binhost { return try BinhostSource(binhost) }
        guard FileStatus.exists(FilePath(file)) else {
            throw FarmctlError(
                .usage, "nothing says where the packages are",
                remedy: "name a binhost by --binhost, or a farm file by --file")
        }
        let farm = try farmFile().name.value
        return .directory(FilePath(try await connection.connected { try await $0.directory(of: farm, release: nil) }))
    }

    private func atoms() throws -> [PackageAtom] {
        var atoms: [PackageAtom] = []
        var farm: FarmFile?
        for word in from {
            guard word.hasPrefix("@") else {
                do throws(AtomError) { atoms.append(try PackageAtom(word)) } catch {
                    throw FarmctlError(.usage, "'\(word)' is no atom: at column \(error.column), \(error.reason)")
                }
                continue
            }
            let file = try farm ?? farmFile()
            farm = file
            guard let set = file.sets.first(where: { "@\($0.name)" == word }) else {
                throw FarmctlError(
                    .notFound, "\(self.file) has no set \(word)",
                    remedy: "it has \(file.sets.map { "@\($0.name)" }.joined(separator: ", "))")
            }
            atoms += set.members
        }
        if let blocker = atoms.first(where: { !$0.blocker.isEmpty }) {
            throw FarmctlError(.usage, "'\(blocker)' blocks packages, and chooses none")
        }
        return atoms
    }

    private func farmFile() throws -> FarmFile { try FarmFileOptions.read(file) }
}
