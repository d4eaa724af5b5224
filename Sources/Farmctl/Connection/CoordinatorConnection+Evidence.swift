import Documents
import FoundationEssentials
import Shared

/// What is kept of a build beside its log.
extension CoordinatorConnection {
    /// - Parameter run: 0 for the newest that has the package.
    mutating func report(
        package: String, states: [WireJobState] = [], run: Int64
    ) async throws -> ReportDocument {
        let why = try await why(package: package, states: states, run: run)
        var bytes: [UInt8] = []
        try await evidence(.report, of: why.job.cpv, run: why.job.run) { bytes += $0 }
        do {
            return ReportDocument(why.job, try JSONDecoder().decode(AttemptReport.self, from: Data(bytes)))
        } catch {
            throw FarmctlError(
                .failed, "the report of \(why.job.cpv) cannot be understood: \(error)",
                remedy: "farmctl and the worker are of versions that do not fit: update the older one.")
        }
    }

    /// Takes it piece by piece.
    mutating func evidence(
        _ part: EvidencePart, of package: String, run: Int64, _ take: ([UInt8]) throws -> Void
    ) async throws {
        var request = WireLogRequest()
        request.run = run
        request.package = package
        request.evidence = part.rawValue
        var fence: UInt64?
        while true {
            let answer = try await log(request)
            guard answer.evidence == part.rawValue else { throw unexpected("report") }
            guard fence == nil || fence == answer.fence else {
                throw FarmctlError(
                    .unavailable, "another attempt at \(answer.cpv) began meanwhile", remedy: "Ask again.")
            }
            fence = answer.fence
            try take([UInt8](answer.data))
            guard !answer.complete, !answer.data.isEmpty else { return }
            request.run = answer.run
            request.offset += Int64(answer.data.count)
        }
    }
}
