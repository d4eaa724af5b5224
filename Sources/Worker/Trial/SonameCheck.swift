internal import Shared

/// Whether a package finds the libraries that it links to wherever it is installed: in the base image, in itself, or in
/// what it needs when it runs. One that its root had only for the build would be missed by a client.
struct SonameCheck: Sendable {
    let facts: SonameFacts
    /// The root's packages that are not needed when it runs, by record.
    let buildOnly: Set<String>

    init(_ facts: SonameFacts, of task: BuildTask) {
        self.facts = facts
        buildOnly = Set(task.dependencies.filter(\.isBuildOnly).map(\.cpv.description))
    }

    /// - Returns: nil when all is well, or when the image does not say what it has.
    func failure(of subject: String) -> Failure? {
        guard let base = facts.base else { return nil }
        let missing = facts.requires.filter { soname in
            !base.contains(soname) && !base.contains(.init(category: "any", name: soname.name))
                && facts.providers[soname, default: []].isSubset(of: buildOnly)
        }
        guard !missing.isEmpty else { return nil }
        let words = missing.prefix(Self.named).map { soname in
            let owners = facts.providers[soname, default: []].sorted()
            return owners.isEmpty ? "\(soname.name), which nothing has" : "\(soname.name) of \(owners.joined(separator: " and "))"
        }
        let more = missing.count > Self.named ? " and \(missing.count - Self.named) more" : ""
        return Failure(
            .buildFailed,
            "\(subject) links to \(words.joined(separator: ", "))\(more): neither its RDEPEND nor the image gives that "
                + "to a client; name it in RDEPEND, or in REQUIRES_EXCLUDE if it does without")
    }

    private static let named = 5
}
