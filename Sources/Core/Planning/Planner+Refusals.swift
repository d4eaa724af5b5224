import Shared

/// What cannot be built in a farm, as the plan knows already.
extension Planner {
    /// PORTAGE.md: known from the plan. A live ebuild is tried, though what it clones in `src_unpack` it cannot have.
    func refusal(of node: ResolvedGraph.Node) -> Failure? {
        if node.properties.contains("interactive") {
            return Failure(
                .refused,
                "\(node.cpv) asks questions while it builds (PROPERTIES=interactive) and nobody would answer; "
                    + "leave it out of the farm's targets or switch off the USE flag that asks for it")
        }
        return node.restrict.contains("fetch") ? lackOfDistfiles(of: node) : nil
    }

    /// Nobody but a person may download these: they are there already, or somebody has to put them there.
    private func lackOfDistfiles(of node: ResolvedGraph.Node) -> Failure? {
        let what = "\(node.cpv) has files that only a person may download (RESTRICT=fetch)"
        guard let distfiles = node.distfiles else {
            return Failure(
                .refused,
                "\(what) and no Manifest tells which; install it in the farm's image, or leave it out of the farm's targets"
            )
        }
        let missing = distfiles.filter { !held.has($0.digest) }
        guard !missing.isEmpty else { return nil }
        let names = missing.prefix(Self.namesTold).map { "\($0.name) (\($0.size) bytes)" }
        let more = missing.count > names.count ? " and \(missing.count - names.count) more" : ""
        let faults = missing.compactMap { held.faults[$0.digest] }.map { "; \($0)" }.joined()
        return Failure(
            .refused,
            "\(what): put \(names.joined(separator: ", "))\(more) into \(held.place) on the coordinator's host and submit "
                + "again, or leave it out of the farm's targets\(faults)")
    }

    private static let namesTold = 8
}
