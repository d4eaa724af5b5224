internal import FoundationEssentials
internal import Shared
internal import SystemPackage

/// Makes an attempt's report of what its containers left, and takes over what they packed.
struct EvidenceCollector: Sendable {
    let directory: AttemptDirectory

    /// Bytes of what an ebuild says that are kept.
    private static let longestMessages = 128 << 10
    private static let mostMessageFiles = 16
    private static let longestTail: Int64 = 8 << 10
    private static let mostTailLines = 40
    private static let longestList = 64 << 10

    /// What cannot be had is left out: evidence is no reason to fail.
    func collect(_ stages: [AttemptReport.Stage], failed: Bool) async -> [EvidenceFile] {
        let found = try? await Blocking.run { try collectBlocking(stages, failed: failed) }
        return found ?? []
    }

    private func collectBlocking(_ stages: [AttemptReport.Stage], failed: Bool) throws -> [EvidenceFile] {
        var report = AttemptReport()
        report.stages = stages
        report.messages = messages()
        var found: [EvidenceFile] = []
        if let archive = try? takeArchive() {
            report.files = files()
            found.append(archive)
        }
        if failed { report.tail = (try? tail()) ?? "" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let path = directory.evidence(.report)
        var bytes = Array(try encoder.encode(report))
        if bytes.count > EvidencePart.report.largest {
            report.messages = [.init(kind: "ERROR", phase: "report", text: "The messages were too long to be kept.")]
            report.files = []
            bytes = Array(try encoder.encode(report))
        }
        try AtomicFile.write(bytes, to: path)
        found.append(EvidenceFile(part: .report, blob: try ContentHasher.blob(of: path)))
        return found
    }

    private func messages() -> [AttemptReport.Message] {
        let elog = directory.output.appending(BuildScript.Evidence.directory).appending("elog")
        guard (try? ForeignFile.checkDirectory(elog, below: directory.path)) != nil else { return [] }
        let names = (try? Directory.names(in: elog)) ?? []
        var room = Self.longestMessages
        return names.prefix(Self.mostMessageFiles).flatMap { name in
            let file = try? ForeignFile(elog.appending(name), below: directory.path)
            let text = (try? file?.text(limit: room)) ?? ""
            room -= min(room, text.utf8.count)
            return ElogText.messages(text)
        }
    }

    private func takeArchive() throws -> EvidenceFile {
        let place = directory.evidence(.files)
        let blob = try directory.take(
            directory.output.appending(BuildScript.Evidence.archive), limit: EvidencePart.files.largest, as: place)
        return EvidenceFile(part: .files, blob: blob)
    }

    private func files() -> [AttemptReport.File] {
        let file = try? ForeignFile(directory.output.appending(BuildScript.Evidence.list), below: directory.path)
        let text = (try? file?.text(limit: Self.longestList)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let size = Int64(words[0]) else { return nil }
            return AttemptReport.File(path: String(words[1]), size: size)
        }
    }

    private func tail() throws -> String {
        let size = try FileStatus.size(of: directory.log)
        let bytes = try SmallFile.bytes(directory.log, from: max(0, size - Self.longestTail))
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        // The first one has lost its beginning.
        return lines.dropFirst(size > Self.longestTail ? 1 : 0).suffix(Self.mostTailLines).joined(separator: "\n")
    }
}
