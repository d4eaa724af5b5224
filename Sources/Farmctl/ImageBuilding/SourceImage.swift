import Images
import Shared
import SystemPackage

/// An image of others that an image of a farm is made of. This host fetches it: no worker needs a registry.
struct SourceImage {
    enum Role: String {
        case base = "stage3"
        case snapshot = "portage"
    }

    let role: Role
    /// As skopeo names it.
    let reference: String
    /// nil: whatever the source has, for this host.
    let architecture: ImageArchitecture?

    init(role: Role, reference: String, directory: FilePath, architecture: ImageArchitecture?) {
        self.role = role
        self.reference = Self.absolute(reference, below: directory)
        self.architecture = architecture
    }

    /// Paths of the farm file are relative to it.
    private static func absolute(_ reference: String, below directory: FilePath) -> String {
        guard let colon = reference.firstIndex(of: ":"), !reference.hasPrefix("docker:"),
            !reference.hasPrefix("containers-storage:")
        else { return reference }
        let place = String(reference[reference.index(after: colon)...])
        return "\(reference[...colon])\(directory.pushing(FilePath(place)))"
    }

    /// A tag can be moved: this says what is there now.
    func identity() async throws(FarmctlError) -> String {
        let digest = try await Skopeo.digest(of: reference, architecture: architecture)
        // A list of images has one digest for all architectures.
        return architecture.map { "\(digest) \($0.rawValue)" } ?? digest
    }

    /// Its archive on this host; what was fetched once is kept.
    /// - Parameter identity: what is to be there.
    func archive(_ identity: String, in cache: Cache) async throws -> FilePath {
        let name = "\(identity.dropFirst("sha256:".count).replacing(" ", with: "-")).tar"
        if let file = cache.file(name) { return file }
        return try await cache.add(name) { fresh in
            try await Skopeo.copy(from: reference, to: "docker-archive:\(fresh)", architecture: architecture)
            guard try await self.identity() == identity else {
                throw FarmctlError(.unavailable, "\(reference) has changed meanwhile", remedy: "Try again.")
            }
        }
    }
}
