internal import Shared

/// How a container of an attempt ended, as far as classifying it needs.
struct Ending: Sendable {
    /// What the container was for.
    enum Step: Sendable { case fetching, preparing, building, packing, collecting, resolving, imaging }

    /// Why the worker ended it before its time.
    enum Stop: Sendable, Equatable {
        case silent(Duration)
        case tooLong(Duration)
        /// Bytes.
        case disk(used: Int64, limit: Int64)
    }

    var step: Step
    /// nil when the worker ended it.
    var status: Int32?
    var outOfMemory = false
    var stop: Stop?
    var findings = LogFindings()
    /// Almost nothing was left on this host's disk when it ended.
    var diskIsFull = false

    /// The failure, or nil when there is none.
    ///
    /// - Parameters:
    ///   - subject: what was built, for people.
    ///   - limits: those that were in force.
    func failure(of subject: String, limits: Limits) -> Failure? {
        let line = findings.firstErrorLine
        // Resolving has limits of its own.
        func setting(_ text: String) -> String { step == .resolving ? "" : " (\(text) of its farm)" }
        switch stop {
        case .silent(let time)?:
            return Failure(
                .timedOut, "\(subject) printed nothing for \(time.forPeople)\(setting("limits.silence"))",
                firstErrorLine: line)
        case .tooLong(let time)?:
            return Failure(
                .timedOut, "\(subject) ran longer than \(time.forPeople)\(setting("at most limits.timeout"))",
                firstErrorLine: line)
        case .disk(let used, let limit)?:
            return Failure(
                .outOfDisk,
                "\(subject) used \(used.asBytes) of disk, more than its limit of \(limit.asBytes)"
                    + setting("limits.disk"),
                firstErrorLine: line)
        case nil: break
        }
        guard status != 0 else { return nil }
        if outOfMemory {
            let limit =
                limits.memory.map { "its limit of \($0.asBytes)\(setting("at most limits.memory"))" }
                ?? "the host's memory"
            return Failure(.outOfMemory, "\(subject) needs more memory than \(limit)", firstErrorLine: line)
        }
        // Test suites print such lines too: then another error is what the step failed of.
        if let noSpace = findings.noSpace,
            diskIsFull || findings.toolError.map({ $0.contains(LogFindings.noSpaceText) }) ?? true
        {
            return Failure(.outOfDisk, "\(subject) found no space left on this host's disk", firstErrorLine: noSpace)
        }
        return switch step {
        case .fetching: fetchFailure(of: subject)
        case .preparing, .building: buildFailure(of: subject)
        case .packing: packFailure(of: subject)
        case .collecting: Failure(.buildFailed, "what the build of \(subject) left could not be collected")
        case .imaging: imageFailure(of: subject)
        case .resolving:
            Failure(
                .resolveFailed, "the resolve probe ended without a document: \(findings.last ?? "it said nothing")",
                firstErrorLine: line)
        }
    }

    private func fetchFailure(of subject: String) -> Failure {
        if let line = findings.digestError {
            let reason = "a distfile of \(subject) is not the one that its Manifest names"
            return Failure(.fetchFailed, reason, firstErrorLine: line)
        }
        if let line = findings.fetchError {
            let name = line.firstMatch(of: /Couldn't download '([^']+)'/).map { String($0.1) }
            let what = name.map { "\($0) of \(subject)" } ?? "a distfile of \(subject)"
            return Failure(.fetchFailed, "\(what) cannot be downloaded", firstErrorLine: line)
        }
        if let line = findings.missingDependency {
            return Failure(.dependencyMissing, "\(subject) is not in the image's repositories", firstErrorLine: line)
        }
        let last = findings.last.map { ": \($0)" } ?? ""
        return Failure(
            .fetchFailed, "the distfiles of \(subject) cannot be fetched\(last)",
            firstErrorLine: findings.firstErrorLine)
    }

    private func imageFailure(of subject: String) -> Failure {
        // A mirror that has nothing is no failure yet: the next one may have it.
        if findings.portageError == nil, findings.toolError == nil, findings.fetchError ?? findings.digestError != nil {
            return fetchFailure(of: subject)
        }
        if let killed = findings.killed, findings.toolError == nil {
            return Failure(.outOfMemory, "a process was killed while \(subject) was made", firstErrorLine: killed)
        }
        let reason = findings.portageError ?? findings.last ?? "it was not said why"
        return Failure(.buildFailed, "\(subject) cannot be made: \(reason)", firstErrorLine: findings.firstErrorLine)
    }

    private func packFailure(of subject: String) -> Failure {
        switch status {
        case BuildScript.ExitStatus.notInstalled?:
            Failure(.dependencyMissing, "\(subject) is not installed in the image")
        case BuildScript.ExitStatus.preparation?:
            Failure(.buildFailed, "the image's record of \(subject) cannot be written")
        default:
            Failure(
                .buildFailed, "the installed \(subject) cannot be packed: \(findings.last ?? "quickpkg said nothing")",
                firstErrorLine: findings.firstErrorLine)
        }
    }

    private func buildFailure(of subject: String) -> Failure {
        let line = findings.firstErrorLine
        let phase = findings.portageError?.firstMatch(of: /\((\w+) phase\)/).map { " in its \($0.1) phase" } ?? ""
        if status == BuildScript.ExitStatus.dependencies {
            return Failure(
                .dependencyMissing, "the packages that \(subject) is built against could not be installed",
                firstErrorLine: line)
        }
        if status == BuildScript.ExitStatus.preparation {
            return Failure(.buildFailed, "the image's /etc/portage cannot be written", firstErrorLine: line)
        }
        if status == BuildScript.ExitStatus.trial {
            return Failure(
                .buildFailed, "\(subject) was built, but cannot be installed\(phase)",
                firstErrorLine: line ?? findings.last)
        }
        if findings.portageError == nil, let missing = findings.missingDependency {
            return Failure(
                .dependencyMissing, "a build dependency of \(subject) is not in its root", firstErrorLine: missing)
        }
        // A killed compiler without the engine's word for it: the host itself was out of memory.
        if let killed = findings.killed, findings.toolError == nil {
            return Failure(.outOfMemory, "a process of \(subject)'s build was killed", firstErrorLine: killed)
        }
        let status = phase.isEmpty ? " (exit status \(self.status ?? -1))" : ""
        return Failure(.buildFailed, "\(subject) failed to build\(phase)\(status)", firstErrorLine: line)
    }
}

extension Duration {
    /// `90 s`, `15 min`, `2 h`
    var forPeople: String {
        let seconds = milliseconds / 1000
        if seconds == 0 { return "\(milliseconds) ms" }
        if seconds >= 3600, seconds.isMultiple(of: 3600) { return "\(seconds / 3600) h" }
        return seconds >= 120 && seconds.isMultiple(of: 60) ? "\(seconds / 60) min" : "\(seconds) s"
    }
}

extension Int64 {
    /// `1.5 GiB`
    var asBytes: String {
        var value = Double(self)
        for unit in ["bytes", "KiB", "MiB", "GiB"] {
            if value < 1024 || unit == "GiB" {
                let tenths = (value * 10).rounded() / 10
                return tenths == tenths.rounded() ? "\(Int64(tenths)) \(unit)" : "\(tenths) \(unit)"
            }
            value /= 1024
        }
        return "\(self) bytes"
    }
}
