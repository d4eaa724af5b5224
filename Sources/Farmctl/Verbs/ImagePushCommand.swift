import ArgumentParser
import Images

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
