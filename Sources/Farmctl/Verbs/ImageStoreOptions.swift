import ArgumentParser
import Images
import Shared
import SystemPackage

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
