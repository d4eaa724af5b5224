package import Shared

extension Scheduler {
    /// nil when the job is unknown.
    package func why(_ id: JobID) -> WhyView? {
        guard let job = status(of: id) else { return nil }
        let plan = durable.runs[id.run]?.plan
        var waitedForBy: [CPV] = []
        if !id.isResolving, let plan {
            waitedForBy = plan.jobs.lazy.filter { $0.waitsFor.contains(id.index) }.map(\.cpv)
        }
        let waitsFor = missing(id).compactMap { status(of: $0) }
        return WhyView(job: job, lines: lines(about: id, job), waitsFor: waitsFor, waitedForBy: waitedForBy)
    }

    private func lines(about id: JobID, _ job: JobView) -> [String] {
        var lines: [String] = []
        if let waits = job.waitsBecause { lines.append(waits) }
        if !job.reason.isEmpty { lines.append(job.reason) }
        if let planned = plannedJob(id) {
            lines += planned.baseEdges.map { "built against the base image's \($0)" }
        }
        for (number, attempt) in (durable[id]?.attempts ?? []).enumerated() {
            lines.append("attempt \(number + 1) at \(attempt.record.worker): \(attempt.record.story)")
        }
        if let failure = job.failure, job.state.isEnd { lines.append(failure.description) }
        return lines
    }
}

extension AttemptRecord {
    /// How it went, in words.
    var story: String {
        switch end {
        case nil: "under way with \(cores) \(cores == 1 ? "core" : "cores")"
        case .finished: "finished"
        case .failed(let failure): failure.description
        case .lost(let reason): "lost: \(reason)"
        case .released(let reason): "given back: \(reason)"
        case .cancelled: "cancelled"
        }
    }
}
