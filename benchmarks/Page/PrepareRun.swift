import BenchmarkSupport
import Coordinator
import Core
import Shared
import SystemPackage

/// `prepare-run GRAPH DATABASE [FARM]` writes a run of a recorded graph into a new database, as if it had just been planned:
/// the first half of its jobs is cached, the rest waits. A number in place of the graph makes one of so many jobs.
@main
enum PrepareRun {
    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        guard (2...3).contains(words.count) else { throw BenchmarkError("usage: prepare-run GRAPH DATABASE [FARM]") }
        var plan =
            if let jobs = Int(words[0]) { try Plan.layered(jobs: jobs) } else {
                try await BuildGraph.load(FilePath(words[0])).plan()
            }
        for index in plan.jobs.indices.prefix(plan.jobs.count / 2) {
            let job = plan.jobs[index]
            plan.jobs[index].cached = PublishedRecord(
                cpv: job.cpv, buildID: 1, path: "\(job.cpv.cp)/\(job.cpv.pf)-1.gpkg.tar",
                package: Blob(digest: job.buildKey, size: 1), buildKey: job.buildKey)
            plan.jobs[index].reason = "cached: \(job.cpv.cp)/\(job.cpv.pf)-1.gpkg.tar"
        }
        try await Site.submit(plan, to: FilePath(words[1]), farm: words.count > 2 ? words[2] : Site.farm)
        print(plan.jobs.count)
    }
}
