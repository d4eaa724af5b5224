import Shared

/// A plan in numbers.
struct PlanSummary: Encodable, Sendable, Equatable {
    let jobs: Int
    let cached: Int
    /// Built, or to be built.
    let built: Int
    /// Taken from the base image as they are.
    let packed: Int
    let secondPass: Int
    /// Jobs that are built, by the first of their reasons.
    let reasons: [String: Int]

    init(_ nodes: [PlanView.Node]) {
        jobs = nodes.count
        cached = nodes.count { $0.isCached }
        packed = nodes.count { !$0.isCached && $0.pack }
        secondPass = nodes.count { $0.secondPass }
        let builds = nodes.filter { !$0.isCached && !$0.pack }
        built = builds.count
        reasons = Dictionary(
            builds.compactMap { $0.parsedReasons.first.map { ($0.name, 1) } }, uniquingKeysWith: +)
    }

    /// `332 jobs: 312 cached, 20 built: 3 version, 2 use, 15 dependency-changed`
    var text: String {
        var parts: [String] = []
        if cached > 0 { parts.append("\(cached) cached") }
        if packed > 0 { parts.append("\(packed) packed from the base image") }
        if built > 0 {
            let why =
                Self.order.filter { reasons[$0] != nil } + reasons.keys.filter { !Self.order.contains($0) }.sorted()
            parts.append(
                "\(built) built"
                    + (why.isEmpty ? "" : ": " + why.map { "\(reasons[$0] ?? 0) \($0)" }.joined(separator: ", ")))
        }
        return "\(jobs) jobs: \(parts.joined(separator: ", "))"
            + (secondPass > 0 ? "; \(secondPass) in a second pass" : "")
    }

    /// In which plans name them.
    private static let order = [
        "new", "version", "use", "ebuild-changed", "flags", "base-changed", "live", "dependency-changed", "forced",
    ]
}
