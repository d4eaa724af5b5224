import Shared

/// What reading all published files has found.
struct VerificationView: Report, Equatable {
    struct Finding: Encodable, Sendable, Equatable {
        let path: String
        /// missing, damaged, unreadable, signature
        let kind: String
        let problem: String
        let dropped: Bool
    }

    let farm: String
    let checked: Int64
    /// The first 10,000.
    let findings: [Finding]
    let findingsTotal: Int32

    init(_ wire: WireVerification, farm: String) {
        self.farm = farm
        checked = wire.checked
        findings = wire.findings.map {
            Finding(path: $0.path, kind: $0.kind, problem: $0.problem, dropped: $0.dropped)
        }
        findingsTotal = wire.findingsTotal
    }

    var isClean: Bool { findingsTotal == 0 }
    /// Nothing is left of what was found.
    var isMended: Bool { findings.count == Int(findingsTotal) && findings.allSatisfy(\.dropped) }

    func lines(width: Int?) -> [Line] {
        let files = checked == 1 ? "1 file" : "\(checked) files"
        guard !isClean else { return ["\(farm): \(files) read, \("all as the index says", .good)"] }
        var lines: [Line] = findings.map { finding in
            let tone: Tone = finding.dropped ? .warning : .bad
            return "\(finding.dropped ? "dropped" : finding.kind, tone): \(finding.path): \(finding.problem)"
        }
        let rest = Int(findingsTotal) - findings.count
        if rest > 0 { lines.append("and \(rest) more") }
        let dropped = findings.count(where: \.dropped)
        return lines + [
            "\(farm): \(files) read, \(findingsTotal) not as they should be"
                + (dropped > 0 ? ", \(dropped) dropped from the index" : "")
        ]
    }
}

/// What nobody needs of a binhost, gone or to go.
struct GarbageView: Report, Equatable {
    struct File: Encodable, Sendable, Equatable {
        let path: String
        /// unnamed, superseded
        let reason: String
        let bytes: Int64
    }

    let farm: String
    let isTrial: Bool
    /// The first 10,000.
    let files: [File]
    let filesTotal: Int32
    let freedBytes: Int64

    private enum CodingKeys: String, CodingKey {
        case isTrial = "dryRun"
        case farm, files, filesTotal, freedBytes
    }

    init(_ wire: WireBinhostAnswer, farm: String, isTrial: Bool) {
        self.farm = farm
        self.isTrial = isTrial
        files = wire.files.map { File(path: $0.path, reason: $0.reason, bytes: $0.size) }
        filesTotal = wire.filesTotal
        freedBytes = wire.freedBytes
    }

    func lines(width: Int?) -> [Line] {
        guard filesTotal > 0 else { return ["\(farm): there is nothing that nobody needs"] }
        var lines: [Line] = files.map { file in
            "\(isTrial ? "would go" : "gone"): \(file.path) (\(file.reason), \(Quantity.size(file.bytes)))"
        }
        let rest = Int(filesTotal) - files.count
        if rest > 0 { lines.append("and \(rest) more") }
        let sum = "\(farm): \(filesTotal) files, \(Quantity.size(freedBytes)) free with them"
        return lines + [Line(isTrial ? "\(sum); nothing was done: --yes does it" : sum)]
    }
}
