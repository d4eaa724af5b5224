package import Shared

/// What determines a build's result beside the package's name, its flags and the packages that its root gets: digests of
/// its parts. `docs/build-keys.md` says what is in each.
package struct Ingredients: Hashable, Sendable, Codable {
    /// The ebuild and all files that it is made of.
    package var recipe: ContentDigest
    /// Variables and settings.
    package var environment: ContentDigest
    /// What its build sees of the image.
    package var base: ContentDigest

    package init(recipe: ContentDigest, environment: ContentDigest, base: ContentDigest) {
        self.recipe = recipe
        self.environment = environment
        self.base = base
    }
}
