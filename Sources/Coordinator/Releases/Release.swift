/// A named state of a farm's binhost, as its directory says of itself.
struct Release: Codable, Equatable, Sendable {
    var name: String
    /// Milliseconds since 1970.
    var created: Int64
    /// Name of the key of whoever asked for it.
    var createdBy: String
    var packages: Int64
    /// Of all packages, shared or not.
    var bytes: Int64
}
