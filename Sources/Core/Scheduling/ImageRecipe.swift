package import Shared

/// What an image of a farm is made of. A run that has one has no packages: its only job makes the image.
package struct ImageRecipe: Equatable, Sendable, Codable {
    /// A tar of what goes into it.
    package var context: Blob
    /// Archive of an image that has Gentoo's repository; nil: the image below has it.
    package var snapshot: Blob?
    /// What decides whether it has to be made again, by names that tell people something.
    package var inputs: [String: String]
    /// They came with the image, and may change while it stays.
    package var policies: FarmPolicies

    package init(context: Blob, snapshot: Blob?, inputs: [String: String], policies: FarmPolicies) {
        self.context = context
        self.snapshot = snapshot
        self.inputs = inputs
        self.policies = policies
    }

    /// In place of targets, for people.
    package static let target = "(image)"
}
