internal import Shared
internal import SystemPackage

/// What the worker needs of a container engine.
protocol ContainerEngine: Sendable {
    /// Name and version for people, such as `podman 4.3.1`.
    func version() async throws -> String

    /// Whether there is an image of this name or id.
    func hasImage(_ name: String) async throws -> Bool

    /// Loads an image archive and gives the image `name`.
    func load(archive: FilePath, as name: String) async throws

    /// Pulls an image from a registry, with the credentials of whoever runs the worker, and gives it `name`.
    func pull(_ image: RegistryImage, as name: String) async throws

    /// Writes an image as a compressed archive that `load` takes.
    func save(_ name: String, to archive: FilePath) async throws

    /// Gives an image one more name.
    func tag(_ image: String, as name: String) async throws

    /// Says early that `save` would not work on this host.
    func demandPacking() async throws

    /// Names of images.
    func imageNames(beginningWith prefix: String) async throws -> [String]

    /// Copies a directory out of an image to a place where nothing is.
    /// - Parameter container: one that is there meanwhile, and never runs.
    /// - Returns: whether the image has it.
    func copy(
        _ directory: String, of image: String, to place: FilePath, as container: ContainerSpec.Identity
    ) async throws -> Bool

    /// The driver of its store, such as `overlay`.
    func storageDriver() async throws -> String

    /// The image of this name or id; nil when there is none.
    func image(_ name: String) async throws -> EngineImage?

    /// All images with this label.
    func images(label: String, value: String) async throws -> [EngineImage]

    /// Removes an image by its name, or by its id whatever its names are; one that is not there is no error.
    func removeImage(_ name: String) async throws

    /// Runs a container to its end and removes it; when it ended well, its root becomes the image that `spec` names. What it
    /// prints, on both streams, goes to `output` as it comes; the container waits while `output` does. Its standard input stays open until the end: the container can tell by it that
    /// the worker is gone. When the task is cancelled the container is killed and removed.
    func run(_ spec: ContainerSpec, output: @escaping @Sendable ([UInt8]) async throws -> Void) async throws
        -> ContainerExit

    /// Runs a container as `run` does, with a person at a terminal.
    func attach(_ spec: ContainerSpec, to terminal: PseudoTerminal) async throws -> ContainerExit

    /// Kills and removes all containers with this label; how many there were.
    func removeAll(label: String, value: String) async throws -> Int

    /// Removes a directory tree of which containers made parts under other user ids.
    func removeTree(_ path: FilePath) async throws
    /// Gives a directory that containers wrote into another place of the same file system.
    func move(_ path: FilePath, to place: FilePath) async throws
}
