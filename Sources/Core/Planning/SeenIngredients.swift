import Shared

/// The parts of the own keys of one graph's packages; what many share is digested once.
struct SeenIngredients {
    private let graph: ResolvedGraph
    private let environments: [ContentDigest]
    /// Of each installed package.
    private let base: [ContentDigest]
    /// By the package of the graph: the installed one that it replaces, -1 for none; empty while no node sees the base.
    private let replaced: [Int32]
    private let foundation: ContentDigest
    private var writer = KeyWriter()

    init(_ graph: ResolvedGraph) {
        self.graph = graph
        var writer = KeyWriter()
        environments = graph.environments.map { environment in
            writer.begin("binfarm environment 1")
            for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
                writer.add(name)
                writer.add(value)
            }
            return writer.finish()
        }
        base = graph.base.map { package in
            writer.begin("binfarm base package 1")
            writer.add(package.cpv.description)
            writer.add(package.slot)
            writer.add(package.digest)
            return writer.finish()
        }
        writer.begin("binfarm base 1")
        writer.add(graph.foundation)
        writer.add(unordered: [])
        foundation = writer.finish()
        guard !graph.base.isEmpty else {
            replaced = []
            return
        }
        let places = graph.base.places
        replaced = graph.nodes.map { node in
            places[InstallPlace(cpv: node.cpv, slot: node.slot)].map(Int32.init) ?? -1
        }
    }

    /// - Parameters:
    ///   - root: the packages of the graph that its root gets: they stand in the place of installed ones.
    ///   - baseEdges: the packages of the graph whose installed copy it is built against.
    mutating func ingredients(
        of node: ResolvedGraph.Node, root: some Sequence<Int32>, baseEdges: some Sequence<Int32>
    ) -> Ingredients {
        Ingredients(
            recipe: node.recipe, environment: environments[node.environment],
            base: base(of: node, root: root, baseEdges: baseEdges))
    }

    /// The package of the image that this one of the graph replaces.
    func installedCopy(of node: Int32) -> CPV? {
        guard !replaced.isEmpty, replaced[Int(node)] >= 0 else { return nil }
        return graph.base[Int(replaced[Int(node)])].cpv
    }

    private mutating func base(
        of node: ResolvedGraph.Node, root: some Sequence<Int32>, baseEdges: some Sequence<Int32>
    ) -> ContentDigest {
        var seen = Set(node.base)
        if !replaced.isEmpty {
            for edge in baseEdges where replaced[Int(edge)] >= 0 { seen.insert(Int(replaced[Int(edge)])) }
        }
        guard !seen.isEmpty else { return foundation }
        for member in root where replaced[Int(member)] >= 0 { seen.remove(Int(replaced[Int(member)])) }
        // What belongs to the system is in the foundation.
        let visible = seen.filter { !graph.base[$0].isSystem }
        guard !visible.isEmpty else { return foundation }
        writer.begin("binfarm base 1")
        writer.add(graph.foundation)
        writer.add(unordered: visible.map { base[$0] })
        return writer.finish()
    }
}

extension [ResolvedGraph.BasePackage] {
    /// The index of the package in each place.
    var places: [InstallPlace: Int] {
        Dictionary(
            enumerated().map { (InstallPlace(cpv: $1.cpv, slot: $1.slot), $0) }, uniquingKeysWith: { first, _ in first }
        )
    }
}
