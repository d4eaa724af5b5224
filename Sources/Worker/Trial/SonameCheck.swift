internal import Shared

/// Whether a package finds the libraries that it links to wherever it is installed: in the base image, in itself, or in
/// what it needs when it runs. One that its root had only for the build would be missed by a client. One that nothing in
/// the root has says little: what the package needs when it runs need not be there.
struct SonameCheck: Sendable {
    let facts: SonameFacts
    /// The root's packages that are not needed when it runs, by record.
    let buildOnly: Set<String>

    init(_ facts: SonameFacts, of task: BuildTask) {
        self.facts = facts
        buildOnly = Set(task.dependencies.filter(\.isBuildOnly).map(\.cpv.description))
    }

    /// What neither the image nor anything that is needed when it runs is known to have; nothing when the image does not say
    /// what it has.
    private var missing: [Soname] {
        guard let base = facts.base else { return [] }
        return facts.requires.filter { soname in
            !base.contains(soname) && !base.contains(.init(category: "any", name: soname.name))
                && facts.providers[soname, default: []].isSubset(of: buildOnly)
        }
    }

    /// A line for the log, when some are nowhere in the root.
    var notice: String? {
        let nowhere = missing.filter { facts.providers[$0] == nil }.map(\.name)
        guard !nowhere.isEmpty else { return nil }
        let more = nowhere.count > Self.named ? " and \(nowhere.count - Self.named) more" : ""
        return "it links to \(nowhere.prefix(Self.named).joined(separator: ", "))\(more), which nothing in its root has"
    }

    /// - Returns: nil when all is well.
    func failure(of subject: String) -> Failure? {
        let missing = missing.filter { facts.providers[$0] != nil }
        guard !missing.isEmpty else { return nil }
        let words = missing.prefix(Self.named).map { soname in
            "\(soname.name) of \(facts.providers[soname, default: []].sorted().joined(separator: " and "))"
        }
        let more = missing.count > Self.named ? " and \(missing.count - Self.named) more" : ""
        return Failure(
            .buildFailed,
            "\(subject) links to \(words.joined(separator: ", "))\(more): neither its RDEPEND nor the image gives that "
                + "to a client; name it in RDEPEND, or in REQUIRES_EXCLUDE if it does without")
    }

    private static let named = 5
}
