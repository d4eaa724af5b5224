// A wrong sketch is a wrong test: it may end the test run.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry
package import Core
package import Shared

/// A graph in a few words: `graph("gmp: ", "gcc: b:gmp R:glibc")`, in merge order. Kinds: `b` build, `r` run time,
/// `s` run time with a slot operator, `p` PDEPEND, `i` IDEPEND; a capital where the base image satisfies it.
package func graph(_ lines: String...) -> ResolvedGraph { graph(lines) }

package func graph(_ lines: [String]) -> ResolvedGraph {
    let names = lines.map { String($0.prefix { $0 != ":" }) }
    var edges: [ResolvedGraph.Edge] = []
    for (dependent, line) in lines.enumerated() {
        for word in line.dropFirst(names[dependent].count + 1).split(separator: " ") {
            let parts = word.split(separator: ":")
            edges.append(
                ResolvedGraph.Edge(
                    dependent: dependent, dependency: names.firstIndex(of: String(parts[1]))!,
                    kinds: parts[0].map(kind)))
        }
    }
    return graph(
        nodes: names.enumerated().map { index, name in
            ResolvedGraph.Node(index: index, cpv: cpv(name), repository: "gentoo")
        }, edges: edges)
}

package func graph(nodes: [ResolvedGraph.Node], edges: [ResolvedGraph.Edge] = []) -> ResolvedGraph {
    ResolvedGraph(portage: "3.0.83", settings: .init(indexHeader: [:]), targets: ["@world"], nodes: nodes, edges: edges)
}

package func cpv(_ name: String) -> CPV { try! CPV("cat/\(name)-1") }

package func kind(_ letter: Character) -> ResolvedGraph.Kind {
    let kinds: [Character: ResolvedGraph.DependencyKind] = [
        "b": .buildtime, "r": .runtime, "s": .runtimeSlotOperator, "p": .runtimePost, "i": .installtime,
    ]
    return ResolvedGraph.Kind(kinds[Character(letter.lowercased())]!, satisfied: letter.isUppercase)
}

/// A farm in which this plan was built, each job's package with the output that is said (nil: its own build key, so that
/// every change shows).
package func published(
    _ plan: Plan, at time: Int64 = 1, buildID: Int32 = 1, output: (PlannedJob) -> String? = { _ in nil }
) -> [KnownPackage] {
    var keys = BuildKeys()
    var records: [PublishedRecord] = []
    var packages: [KnownPackage] = []
    for job in plan.jobs {
        let text = output(job) ?? job.buildKey.hex
        records.append(
            job.cached
                ?? PublishedRecord(
                    cpv: job.cpv, buildID: buildID, path: "\(job.cpv.cp)/\(job.cpv.pf)-\(buildID).gpkg.tar",
                    package: Blob(digest: job.buildKey, size: 1), buildKey: job.buildKey,
                    output: ContentHasher.digest(Array("\(job.cpv.cp):\(job.slot) \(text)".utf8))))
        let outputs = job.waitsFor.compactMap { records[Int($0)].output }
        packages.append(
            KnownPackage(
                record: records[Int(job.index)],
                facts: PackageFacts(
                    slot: job.slot, repository: job.repository, use: job.use, ownKey: job.ownKey,
                    ingredients: job.ingredients,
                    dependencies: job.waitsFor.map { place in
                        let other = plan.jobs[Int(place)]
                        return DependencyMark(cpv: other.cpv, slot: other.slot, buildKey: other.buildKey)
                    }.sorted(),
                    cutoffKey: keys.cutoff(own: job.ownKey, outputs: outputs), published: Instant(milliseconds: time))))
    }
    return packages
}
