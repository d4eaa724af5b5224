/// Files of a layer that take away what lies below it (layer.md of the image specification).
enum Whiteout {
    /// What stands in front of the name of what goes.
    static let prefix = ".wh."
    /// The name of a file that takes away all that is in its directory.
    static let opaque = ".wh..wh..opq"
}
