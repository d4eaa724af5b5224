import Hummingbird
import Shared

/// `/metrics` for Prometheus, documented in docs/monitoring.md.
struct MetricsRoutes: Sendable {
    let dispatcher: Dispatcher

    func add(to router: Router<some RequestContext>) {
        router.get("/metrics") { _, _ in
            Response.text(
                Self.text(await dispatcher.measures(), .now()), type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    static func text(_ measures: Measures, _ process: ProcessUsage?) -> String {
        var metrics = MetricsText()
        let status = measures.status
        metrics.add("binfarm_build_info", .gauge, "The coordinator's version.", [(["version": status.version], 1)])
        metrics.add(
            "binfarm_paused", .gauge, "1 while nothing is published, such as for want of room.",
            status.paused.isEmpty ? 0 : 1)
        metrics.add(
            "binfarm_refused_peers_total", .counter, "Handshakes and messages refused.", Double(status.refusedPeers))
        addRuns(measures, to: &metrics)
        addWorkers(status.workers, to: &metrics)
        metrics.add(
            "binfarm_binhost_packages", .gauge, "Packages that the farm's index names.",
            status.farms.map { (["farm": $0.name], Double($0.packages)) })
        metrics.add(
            "binfarm_binhost_bytes", .gauge, "Bytes of these packages.",
            status.farms.map { (["farm": $0.name], Double($0.bytes)) })
        if let process { add(process, to: &metrics) }
        return metrics.text
    }

    private static func addRuns(_ measures: Measures, to metrics: inout MetricsText) {
        metrics.add("binfarm_runs", .gauge, "Runs under way.", samples(measures.runs, label: "state"))
        metrics.add("binfarm_jobs", .gauge, "Jobs of the runs under way.", samples(measures.jobs, label: "state"))
        let tally = measures.tally
        metrics.add("binfarm_runs_ended_total", .counter, "Runs that ended.", samples(tally.runsEnded, label: "state"))
        metrics.add("binfarm_jobs_ended_total", .counter, "Jobs that ended.", samples(tally.jobsEnded, label: "state"))
        metrics.add(
            "binfarm_attempts_ended_total", .counter, "Attempts that ended.",
            samples(tally.attemptsEnded, label: "outcome"))
        metrics.add(
            "binfarm_build_seconds_total", .counter, "Wall time of the attempts that ended.",
            seconds(tally.buildTime))
        metrics.add(
            "binfarm_build_cpu_seconds_total", .counter, "Processor time of the attempts that ended.",
            seconds(tally.cpuTime))
    }

    private static func addWorkers(_ workers: [WireWorkerStatus], to metrics: inout MetricsText) {
        func each(_ value: (WireWorkerStatus) -> Double) -> [MetricsText.Sample] {
            workers.map { (["worker": $0.name], value($0)) }
        }
        metrics.add("binfarm_worker_connected", .gauge, "1 while it is heard of.", each { $0.connected ? 1 : 0 })
        metrics.add("binfarm_worker_draining", .gauge, "1 when a person drained it.", each { $0.draining ? 1 : 0 })
        metrics.add(
            "binfarm_worker_set_aside", .gauge, "1 while the farm does not trust it.",
            each { $0.setAside.isEmpty ? 0 : 1 })
        metrics.add("binfarm_worker_slots", .gauge, "Builds that it takes at once.", each { Double($0.slots) })
        metrics.add("binfarm_worker_builds", .gauge, "Builds that it has now.", each { Double($0.running.count) })
        metrics.add(
            "binfarm_worker_load1", .gauge, "Load average of its host over a minute, as it said last.",
            each(\.load))
        metrics.add(
            "binfarm_worker_memory_free_bytes", .gauge, "Memory that its host has left, as it said last.",
            each { Double($0.memoryFree) })
        metrics.add(
            "binfarm_worker_disk_free_bytes", .gauge, "Disk that its host has left, as it said last.",
            each { Double($0.diskFree) })
    }

    private static func add(_ process: ProcessUsage, to metrics: inout MetricsText) {
        metrics.add(
            "process_resident_memory_bytes", .gauge, "Memory of the coordinator.", Double(process.residentMemory))
        metrics.add("process_cpu_seconds_total", .counter, "Processor time of the coordinator.", process.cpuSeconds)
        metrics.add("process_open_fds", .gauge, "Open files of the coordinator.", Double(process.openFiles))
        metrics.add(
            "process_start_time_seconds", .gauge, "When it started, in seconds since 1970.", process.startTime)
    }

    private static func samples(
        _ counts: [Tally.Key: Int], label: String
    ) -> [MetricsText.Sample] {
        counts.sorted { ($0.key.farm, $0.key.what) < ($1.key.farm, $1.key.what) }
            .map { (["farm": $0.key.farm, label: $0.key.what], Double($0.value)) }
    }

    private static func seconds(
        _ times: [String: Int64]
    ) -> [MetricsText.Sample] {
        times.sorted { $0.key < $1.key }.map { (["farm": $0.key], Double($0.value) / 1000) }
    }
}
