import Testing

/// What a person would type.
extension TestFarm {
    func farmctl(_ words: String..., by key: String = "operator") async throws -> Program.Result {
        try await run(words, by: key)
    }

    /// - Parameter connects: it talks to the coordinator.
    func run(
        _ words: [String], by key: String = "operator", connects: Bool = true
    ) async throws -> Program.Result {
        try await Program.run([program("farmctl")] + words + (connects ? ["--config", file("\(key).yaml")] : []))
    }

    private func read<Document: Decodable>(_ words: String...) async throws -> Document {
        let result = try await run(words + ["--json"])
        guard result.isSuccess else { throw HarnessError(result.description) }
        return try Document(json: result.output)
    }

    func status() async throws -> StatusDocument { try await read("status") }
    func jobs(_ run: Int64) async throws -> [JobDocument] {
        let document: JobsDocument = try await read("jobs", "--run", "\(run)")
        return document.jobs
    }
    func plan(_ run: Int64) async throws -> PlanDocument { try await read("plan", "--run", "\(run)") }
    /// Why each package is built or reused.
    func reasons(_ run: Int64) async throws -> [String: String] {
        Dictionary(
            try await jobs(run).filter { !$0.isResolving }.map { ($0.cpv, $0.reason ?? "") }, uniquingKeysWith: { $1 })
    }
    /// What the run would take on so many slots of one host.
    func simulate(_ run: Int64, slots: Int) async throws -> SimulationDocument {
        try await read("simulate", "--run", "\(run)", "--slots", "\(slots)")
    }
    func report(_ package: String, of run: Int64) async throws -> ReportDocument {
        try await read("report", package, "--run", "\(run)")
    }
    func backUp() async throws -> BackupDocument { try await read("backup") }
    func epoch() async throws -> String { try #require(try await status().farms.first).epoch }
    func run(_ number: Int64) async throws -> RunDocument {
        let status: StatusDocument = try await read("status", "--run", "\(number)")
        return try #require(status.runs.first)
    }

    func job(_ name: String, of run: Int64) async throws -> JobDocument {
        try #require(try await jobs(run).first { $0.cpv.hasPrefix(name) }, "\(name) is not in run \(run)")
    }

    /// The run's number.
    func submit(_ targets: String...) async throws -> Int64 { try await submit(targets: targets) }

    func submit(targets: [String]) async throws -> Int64 {
        let result = try await run(["submit", Self.name] + targets)
        let number = result.output.split(whereSeparator: \.isWhitespace).last.flatMap { Int64($0) }
        return try #require(number, "\(result.description)")
    }

    /// Submits and waits until the run has ended.
    func build(_ targets: String...) async throws -> RunDocument { try await build(targets: targets) }

    func build(targets: [String]) async throws -> RunDocument {
        let result = try await run(["submit", Self.name] + targets + ["--wait"])
        let number = try #require(
            result.output.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int64($0) },
            "\(result.description)")
        return try await run(number)
    }

    /// Waits until the run has ended.
    @discardableResult
    func end(of run: Int64) async throws -> RunDocument {
        _ = try await farmctl("status", "--watch", "--run", "\(run)")
        let document = try await self.run(run)
        guard document.hasEnded else { throw HarnessError("the watch of run \(run) ended before the run") }
        return document
    }

    /// Waits until the log of a build under way holds a text.
    func log(of package: String, in run: Int64, says text: String) async throws {
        try await until("'\(text)' in the log of \(package)") {
            try await farmctl("logs", package, "--run", "\(run)").output.contains(text) ? true : nil
        }
    }
}
