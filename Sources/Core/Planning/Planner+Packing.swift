import Shared

extension Planner {
    /// Appends a job for each installed package of the image that no job replaces.
    func pack(_ graph: ResolvedGraph, behind jobs: inout [PlannedJob], _ keys: inout BuildKeys) {
        let replaced = Set(graph.nodes.map { InstallPlace(cpv: $0.cpv, slot: $0.slot) })
        let nothing = ContentHasher.digest([])
        var reasons = Reasons(known)
        for package in graph.base where !replaced.contains(InstallPlace(cpv: package.cpv, slot: package.slot)) {
            let iuse = Set(package.iuse.map(Self.withoutDefault))
            let use = iuse.intersection(package.use).sorted()
            // Nothing is built: the package as it is installed determines all.
            let ingredients = Ingredients(recipe: nothing, environment: nothing, base: package.digest)
            let own = keys.own(
                package.cpv, slot: package.slot, repository: package.repository, use: use, ingredients)
            var job = PlannedJob(
                index: Int32(jobs.count), cpv: package.cpv, slot: package.slot, repository: package.repository,
                use: use, iuse: iuse.sorted(), waitsFor: [], buildKey: keys.deep(own: own, dependencies: []),
                ownKey: own, ingredients: ingredients, reason: "", packs: true, expected: expected(package.cpv))
            job.isForced = isForced(job)
            if !job.isForced { _ = takeSame(&job) }
            reasons.look(at: &job, among: [])
            jobs.append(job)
        }
    }
}
