internal import FoundationEssentials

/// An image that the engine has.
struct EngineImage: Sendable, Equatable {
    var id: String
    /// Such as `localhost/binfarm-root:1`; none when the name has gone over to another image.
    var names: [String]
    var labels: [String: String]
    /// Bytes, with all that it builds on.
    var size: Int64
    var layers: Int
}

extension EngineImage {
    /// What `image inspect` prints.
    /// - Throws: `DecodingError` when it is something else.
    static func images(json: String) throws -> [EngineImage] {
        try JSONDecoder().decode([Inspected].self, from: Data(json.utf8)).map { image in
            EngineImage(
                id: image.Id, names: image.RepoTags ?? [], labels: image.Config?.Labels ?? [:], size: image.Size ?? 0,
                layers: image.RootFS?.Layers?.count ?? 1)
        }
    }

    private struct Inspected: Decodable {
        struct Config: Decodable { var Labels: [String: String]? }
        struct RootFS: Decodable { var Layers: [String]? }
        var Id: String
        var RepoTags: [String]?
        var Config: Config?
        var Size: Int64?
        var RootFS: RootFS?
    }
}

/// The image that a container's root is to become when it has ended well.
struct ImageCommit: Sendable, Equatable {
    var name: String
    var labels: [String: String]
    /// Further instructions, as in a Dockerfile.
    var settings: [String] = []
}
