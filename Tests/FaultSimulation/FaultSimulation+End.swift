import Core
import Shared

/// How everything should stand when nothing is left to do.
extension FaultSimulation {
    mutating func checkEnd() {
        let problems = scheduler.violations()
        for problem in problems { ledger.complain(problem) }
        if stored != scheduler.durable { ledger.complain("what is stored differs from what is known") }
        for (index, run) in scenario.runs.enumerated() where run.submitted != .max {
            checkEnd(of: index, Scenario.id(ofRun: index))
        }
    }

    private mutating func checkEnd(of index: Int, _ id: RunID) {
        guard let run = stored.runs[id] else { return ledger.complain("run \(id) is not there") }
        checkReplaced(run)
        if run.record.state == .cancelled {
            if !cancelled.contains(id) { ledger.complain("run \(id) is cancelled, and nobody asked for that") }
            return
        }
        if case .fails = scenario.runs[index].fate {
            if run.record.state != .failed { ledger.complain("run \(id) has no plan and is \(run.record.state)") }
            return
        }
        let planned = run.plan?.jobs ?? []
        var allAvailable = true
        var gone: Set<Int32> = []
        for (position, job) in run.jobs.enumerated() {
            let state = job.record.state
            let fate = scenario.fate(of: planned[position])
            let mayGiveUp = !scenario.hasPatience && job.record.failure?.failureClass.isTransient == true
            let expected: Bool
            if planned[position].waitsFor.contains(where: gone.contains) {
                // What there is of it already was built before, with packages that are withdrawn, perhaps.
                expected = state == .skipped || state == .cached || fate == .refused && state == .failed
            } else {
                switch fate {
                case .builds, .losesStaged, .flaky: expected = state.isAvailable || state == .failed && mayGiveUp
                case .fails, .bringsNoPackage, .bringsWrongPackage, .refused:
                    expected = state == .failed
                }
            }
            if !expected { ledger.complain("job \(id)/\(position) is \(state): \(fate)") }
            if state.isAvailable { continue }
            gone.insert(Int32(position))
            allAvailable = false
        }
        let ended: RunState = allAvailable && run.record.failure == nil ? .succeeded : .failed
        let mayFail = !scenario.hasPatience && run.jobs.isEmpty && run.record.state == .failed
        if run.record.state != ended, !mayFail { ledger.complain("run \(id) is \(run.record.state), not \(ended)") }
        if !run.jobs.isEmpty { checkPlan(of: index, planned) }
    }

    /// Each package is there, once or twice; what the second pass is for is built twice.
    private mutating func checkPlan(of index: Int, _ jobs: [PlannedJob]) {
        let id = Scenario.id(ofRun: index)
        let first = jobs.filter { !$0.packs && $0.replaces == nil }.map(\.cpv)
        if first != scenario.runs[index].packages.map({ scenario.packages[$0].cpv }) {
            ledger.complain("the plan of run \(id) has other packages than its graph")
        }
        guard scenario.runs[index].secondPass else { return }
        let replaced = Set(jobs.compactMap(\.replaces))
        for job in jobs where !job.baseEdges.isEmpty && !replaced.contains(job.index) {
            ledger.complain("job \(id)/\(job.index) is built with the image's packages only")
        }
    }

    /// Nothing that was built with the image's copy of a package stays when it has been built again.
    private mutating func checkReplaced(_ run: Snapshot.Run) {
        let farm = run.record.request.farm
        for job in run.plan?.jobs ?? [] {
            guard let first = job.replaces, let package = run.jobs[Int(job.index)].record.result,
                let replaced = run.jobs[Int(first)].record.result, replaced.path != package.path
            else { continue }
            if binhost[replaced.path, farm] != nil { ledger.complain("\(replaced.path) is not withdrawn") }
            if binhost[package.path, farm] == nil { ledger.complain("\(package.path) is gone") }
        }
    }
}
