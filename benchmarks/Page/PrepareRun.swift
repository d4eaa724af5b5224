import BenchmarkSupport
import Coordinator
import Core
import Shared
import SystemPackage

/// `prepare-run GRAPH DATABASE` writes a run of a recorded graph into a new database, as if it had just been planned: the
/// first half of its jobs is cached, the rest waits.
@main
enum PrepareRun {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst().map { FilePath($0) }
        guard words.count == 2 else { throw BenchmarkError("usage: prepare-run GRAPH DATABASE") }
        var plan = try await BuildGraph.load(words[0]).plan()
        for index in plan.jobs.indices.prefix(plan.jobs.count / 2) {
            let job = plan.jobs[index]
            plan.jobs[index].cached = PublishedRecord(
                cpv: job.cpv, buildID: 1, path: "\(job.cpv.cp)/\(job.cpv.pf)-1.gpkg.tar",
                package: Blob(digest: job.buildKey, size: 1), buildKey: job.buildKey)
            plan.jobs[index].reason = "cached: \(job.cpv.cp)/\(job.cpv.pf)-1.gpkg.tar"
        }
        try await Site.submit(plan, to: words[1])
        print(plan.jobs.count)
    }
}
