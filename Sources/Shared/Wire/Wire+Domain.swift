// Between wire messages and domain types: `wire` makes a message, `domain()` checks one that came in.

extension AttemptID {
    package var wire: WireAttempt {
        var wire = WireAttempt()
        wire.run = job.run.rawValue
        wire.job = job.index
        wire.fence = fence.rawValue
        return wire
    }
}

extension WireAttempt {
    package func domain() throws(WireError) -> AttemptID {
        guard run > 0, job >= JobID.resolvingIndex, fence > 0 else { throw WireError("attempt", "has no such numbers") }
        return AttemptID(job: JobID(run: RunID(rawValue: run), index: job), fence: Fence(rawValue: fence))
    }
}

extension Blob {
    package var wire: WireBlob {
        var wire = WireBlob()
        wire.sha256 = digest.hex
        wire.size = size
        return wire
    }
}

extension WireBlob {
    package func domain() throws(WireError) -> Blob {
        guard let digest = ContentDigest(hex: sha256) else { throw WireError("sha256", "is not 64 hexadecimal digits") }
        guard size >= 0 else { throw WireError("size", "is negative") }
        return Blob(digest: digest, size: size)
    }
}

extension Limits {
    package var wire: WireLimits {
        var wire = WireLimits()
        wire.memory = memory ?? 0
        wire.processes = processes ?? 0
        wire.disk = disk ?? 0
        wire.timeoutMs = timeout?.milliseconds ?? 0
        wire.silenceMs = silence?.milliseconds ?? 0
        wire.logBytes = logBytes ?? 0
        return wire
    }
}

extension WireLimits {
    package func domain() throws(WireError) -> Limits {
        guard memory >= 0, processes >= 0, disk >= 0, timeoutMs >= 0, silenceMs >= 0, logBytes >= 0 else {
            throw WireError("limits", "are negative")
        }
        return Limits(
            memory: memory == 0 ? nil : memory,
            processes: processes == 0 ? nil : processes,
            disk: disk == 0 ? nil : disk,
            timeout: timeoutMs == 0 ? nil : .milliseconds(timeoutMs),
            silence: silenceMs == 0 ? nil : .milliseconds(silenceMs),
            logBytes: logBytes == 0 ? nil : logBytes)
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

extension Resources {
    package var wire: WireResources {
        var wire = WireResources()
        wire.wallMs = wall
        wire.cpuMs = cpu
        wire.peakMemory = peakMemory
        wire.disk = disk
        return wire
    }
}

extension Usage {
    package var wire: WireUsage {
        var wire = WireUsage()
        if let cores { wire.cores = cores }
        if let memory { wire.memory = memory }
        if let disk { wire.disk = disk }
        return wire
    }
}

extension WireUsage {
    package func domain() -> Usage {
        Usage(
            cores: hasCores ? cores.countedCores : nil, memory: hasMemory ? max(0, memory) : nil,
            disk: hasDisk ? max(0, disk) : nil)
    }
}

extension Double {
    /// nil for what is no number of cores, nor of processes that want one.
    package var countedCores: Double? { isFinite && self >= 0 && self <= 1_000_000 ? self : nil }
}

extension WireResources {
    package func domain() -> Resources {
        // Times become estimates for later builds: thirty years and more are no measurement.
        let longest: Int64 = 1_000_000_000_000
        // And sizes what they need: a PiB is none.
        let largest: Int64 = 1 << 50
        return Resources(
            wall: min(max(0, wallMs), longest), cpu: min(max(0, cpuMs), longest),
            peakMemory: min(max(0, peakMemory), largest), disk: min(max(0, disk), largest))
    }
}

extension Failure {
    package var wire: WireFailure {
        var wire = WireFailure()
        wire.class = failureClass.wire
        wire.reason = reason.oneLine(atMost: WireFailure.longestText)
        wire.firstErrorLine = (firstErrorLine ?? "").oneLine(atMost: WireFailure.longestText)
        return wire
    }
}

extension WireFailure {
    /// Longest reason and error line kept, in characters: they are shown on one line.
    fileprivate static let longestText = 2000

    package func domain() throws(WireError) -> Failure {
        guard let failureClass = `class`.domain else { throw WireError("failure", "has no known class") }
        return Failure(
            failureClass, reason.oneLine(atMost: Self.longestText),
            firstErrorLine: firstErrorLine.isEmpty ? nil : firstErrorLine.oneLine(atMost: Self.longestText))
    }
}
