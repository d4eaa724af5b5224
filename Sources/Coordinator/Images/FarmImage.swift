import Core
import Shared

/// An image that was made for a farm.
struct FarmImage: Sendable {
    /// That made it.
    let run: RunID
    let archive: Blob
    var recipe: ImageRecipe
    /// The archive of the image that it stands on.
    let below: Blob

    /// Names of what is not the same in both, in order.
    static func changes(from old: [String: String], to new: [String: String]) -> [String] {
        Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    }
}
