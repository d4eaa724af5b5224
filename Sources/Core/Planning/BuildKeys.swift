package import Shared

/// The keys of builds: `docs/build-keys.md`.
package struct BuildKeys {
    private var writer = KeyWriter()

    package init() {}

    /// Digest of all that determines the build's result but the packages that its root gets.
    /// - Parameter run: of a live ebuild, whose sources are what they are when the run fetches them.
    package mutating func own(
        _ cpv: CPV, slot: String, repository: String, use: [String], _ ingredients: Ingredients, live run: RunID? = nil
    ) -> ContentDigest {
        writer.begin("binfarm own key 1")
        writer.add(cpv.category)
        writer.add(cpv.name)
        writer.add(cpv.version)
        writer.add(slot)
        writer.add(repository)
        writer.add(use)
        writer.add(ingredients.recipe)
        writer.add(ingredients.environment)
        writer.add(ingredients.base)
        if let run { writer.add("live in run \(run)") }
        return writer.finish()
    }

    /// Identity of what a job makes: equal keys are met by one package.
    /// - Parameter dependencies: the build keys of the packages that its root gets.
    package mutating func deep(own: ContentDigest, dependencies: [ContentDigest]) -> ContentDigest {
        writer.begin("binfarm build key 2")
        writer.add(own)
        writer.add(unordered: dependencies)
        return writer.finish()
    }

    /// Equal where the build would see the same, whatever its dependencies were built from.
    /// - Parameter outputs: the output digests of the packages that its root gets; each tells of category, name and slot.
    package mutating func cutoff(own: ContentDigest, outputs: [ContentDigest]) -> ContentDigest {
        writer.begin("binfarm cutoff key 1")
        writer.add(own)
        writer.add(unordered: outputs)
        return writer.finish()
    }
}
