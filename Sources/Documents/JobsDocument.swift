/// Jobs of a run: all, or those that were asked for.
package struct JobsDocument: Encodable, Sendable, Equatable {
    package let run: Int64
    /// Of the jobs that fit the question, those that are not in `jobs` too.
    package let total: Int
    package let jobs: [JobDocument]

    package init(run: Int64, total: Int, jobs: [JobDocument]) {
        self.run = run
        self.total = total
        self.jobs = jobs
    }
}
