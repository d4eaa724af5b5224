/// Failures told apart, because they are answered differently.
package enum FailureClass: String, Sendable, Codable, CaseIterable {
    /// The package's fault: not retried, dependents are skipped by name.
    case buildFailed = "build-failed"
    /// The plan's fault: a build dependency is not there.
    case dependencyMissing = "dependency-missing"
    case fetchFailed = "fetch-failed"
    case workerLost = "worker-lost"
    case transferFailed = "transfer-failed"
    case outOfMemory = "out-of-memory"
    case outOfDisk = "out-of-disk"
    case timedOut = "timed-out"
    case cancelled
    /// Known from the plan: interactive, RESTRICT=fetch.
    case refused
    case resolveFailed = "resolve-failed"
    /// What came back is not the package asked for.
    case invalidPackage = "invalid-package"

    /// Another attempt, elsewhere or later, may succeed without anybody changing anything.
    package var isTransient: Bool {
        switch self {
        case .workerLost, .transferFailed, .outOfDisk, .fetchFailed: true
        case .buildFailed, .dependencyMissing, .outOfMemory, .timedOut, .cancelled, .refused, .resolveFailed,
            .invalidPackage:
            false
        }
    }

    /// Whether the log's first error line tells the cause, not only what followed from it.
    package var isToldByLog: Bool {
        switch self {
        case .buildFailed, .dependencyMissing, .fetchFailed, .resolveFailed, .invalidPackage: true
        case .workerLost, .transferFailed, .outOfMemory, .outOfDisk, .timedOut, .cancelled, .refused: false
        }
    }
}

/// Why an attempt, and with it perhaps its job, failed.
package struct Failure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    package var failureClass: FailureClass
    /// One line that a person understands.
    package var reason: String
    /// From the log, when there is one.
    package var firstErrorLine: String?

    package init(_ failureClass: FailureClass, _ reason: String, firstErrorLine: String? = nil) {
        self.failureClass = failureClass
        self.reason = reason
        self.firstErrorLine = firstErrorLine
    }

    /// What tells most in one line.
    package var line: String { failureClass.isToldByLog ? firstErrorLine ?? reason : reason }

    package var description: String { "\(failureClass.rawValue): \(reason)" }
}

/// What an attempt used.
package struct Resources: Hashable, Sendable, Codable {
    /// Milliseconds.
    package var wall: Int64
    /// Milliseconds of all its processes.
    package var cpu: Int64
    /// Bytes; 0 when the engine could not tell.
    package var peakMemory: Int64
    /// Bytes of the work directory at its end.
    package var disk: Int64

    package init(wall: Int64 = 0, cpu: Int64 = 0, peakMemory: Int64 = 0, disk: Int64 = 0) {
        self.wall = wall
        self.cpu = cpu
        self.peakMemory = peakMemory
        self.disk = disk
    }
}

/// What an attempt that runs uses, as it was measured last; nil is not known.
package struct Usage: Hashable, Sendable {
    /// Busy on average over some seconds.
    package var cores: Double?
    /// Bytes, without file cache that the kernel can drop.
    package var memory: Int64?
    /// Bytes of its work directory, on disk or in memory.
    package var disk: Int64?

    package init(cores: Double? = nil, memory: Int64? = nil, disk: Int64? = nil) {
        self.cores = cores
        self.memory = memory
        self.disk = disk
    }
}

/// What a build may use; nil is no limit.
package struct Limits: Hashable, Sendable, Codable {
    /// Bytes.
    package var memory: Int64?
    package var processes: Int32?
    /// Bytes of the work directory.
    package var disk: Int64?
    /// Wall time of the whole attempt's build.
    package var timeout: Duration?
    /// Without a byte of log.
    package var silence: Duration?
    /// Bytes of log kept; the middle of a longer one is cut out, the build goes on.
    package var logBytes: Int64?

    package init(
        memory: Int64? = nil, processes: Int32? = nil, disk: Int64? = nil, timeout: Duration? = nil,
        silence: Duration? = nil, logBytes: Int64? = nil
    ) {
        self.memory = memory
        self.processes = processes
        self.disk = disk
        self.timeout = timeout
        self.silence = silence
        self.logBytes = logBytes
    }

    /// What `log` of a farm may be.
    package static let logRange: ClosedRange<Int64> = 64 << 10...256 << 20

    /// With the other's where it says nothing.
    package func filled(from other: Limits) -> Limits {
        Limits(
            memory: memory ?? other.memory, processes: processes ?? other.processes, disk: disk ?? other.disk,
            timeout: timeout ?? other.timeout, silence: silence ?? other.silence, logBytes: logBytes ?? other.logBytes)
    }
}
