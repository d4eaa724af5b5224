package import Shared

/// What is kept of a published package so that a later plan can tell whether, and why, it is built again.
package struct PackageFacts: Hashable, Sendable {
    package var slot: String
    package var repository: String
    /// Flags of its IUSE that are on, sorted.
    package var use: [String]
    package var ownKey: ContentDigest
    package var ingredients: Ingredients
    /// The packages that its root got, ascending.
    package var dependencies: [DependencyMark]
    /// nil when the output of one of them is not known.
    package var cutoffKey: ContentDigest?
    /// When it was published, or found to be what another build would give.
    package var published: Instant

    package init(
        slot: String, repository: String, use: [String], ownKey: ContentDigest, ingredients: Ingredients,
        dependencies: [DependencyMark], cutoffKey: ContentDigest?, published: Instant
    ) {
        self.slot = slot
        self.repository = repository
        self.use = use
        self.ownKey = ownKey
        self.ingredients = ingredients
        self.dependencies = dependencies
        self.cutoffKey = cutoffKey
        self.published = published
    }
}

/// A published package; without facts when it is older than they are.
package struct KnownPackage: Hashable, Sendable {
    package var record: PublishedRecord
    package var facts: PackageFacts?

    package init(record: PublishedRecord, facts: PackageFacts?) {
        self.record = record
        self.facts = facts
    }
}
