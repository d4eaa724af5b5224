internal import Glibc
internal import Shared

/// Finds telling lines in a log while it streams by, in constant memory and at the speed of `strstr`.
struct LogScanner: Sendable {
    private(set) var findings = LogFindings()
    /// The line that has not ended yet, or its beginning.
    private var partial: [UInt8] = []
    private var lastLine: [UInt8] = []

    /// Longest part of a line looked at, bytes.
    private static let longestLine = 2000
    /// Any line that `LogFindings` cares for, or a script's marker, has one of these.
    private static let needles = [
        "rror", "ERROR", "***", "No space left", "illed", "!!! ", "emerge: there are", "VERIFY FAILED",
        "undefined reference",
        "Filesize does not", ">>> ",
    ]

    /// Takes the next bytes; returns the lines among them with which a stage of the build begins.
    mutating func scan(_ bytes: [UInt8]) -> [String] {
        var markers: [String] = []
        let joined = partial + bytes
        let end = (joined.lastIndex(of: 10) ?? -1) + 1
        let complete = joined[..<end]
        if findings.hasHeading || Self.isTelling(complete) {
            for line in complete.split(separator: 10) { note(line, &markers) }
        } else if let line = Self.lastLine(of: complete) {
            lastLine = Array(line.prefix(Self.longestLine))
        }
        partial = Array(joined[end...].prefix(Self.longestLine))
        return markers
    }

    /// The end of the log: the last line needs no line feed.
    mutating func finish() -> LogFindings {
        var markers: [String] = []
        note(partial[...], &markers)
        partial = []
        let last = String(decoding: lastLine, as: UTF8.self).trimmedEnds
        findings.last = last.isEmpty ? findings.last : last
        return findings
    }

    private mutating func note(_ line: ArraySlice<UInt8>, _ markers: inout [String]) {
        let part = line.prefix(Self.longestLine)
        if part.contains(where: { $0 > 32 }) { lastLine = Array(part) }
        guard findings.hasHeading || Self.isTelling(part) else { return }
        let text = String(decoding: part, as: UTF8.self)
        guard BuildStage.begun(by: text) != nil else { return findings.note(text) }
        markers.append(text)
        // What went by before has not kept it from being built.
        if text.hasPrefix(BuildScript.Marker.trying) || text.hasPrefix(BuildScript.Marker.withoutCache) {
            findings = LogFindings()
        }
    }

    /// The last line that is not empty, looked for from the end: a log can be large.
    private static func lastLine(of lines: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let last = lines.lastIndex(where: { $0 > 32 }) else { return nil }
        let start = lines[..<last].lastIndex(of: 10).map { $0 + 1 } ?? lines.startIndex
        return lines[start...last]
    }

    private static func isTelling(_ bytes: ArraySlice<UInt8>) -> Bool {
        // strstr needs an end, and stops at it: a null byte within is taken for a space.
        var text = Array(bytes)
        let hasNull = text.withUnsafeBytes { bytes in
            bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
        }
        if hasNull { text = text.map { $0 == 0 ? 32 : $0 } }
        text.append(0)
        return text.withUnsafeBytes { text in
            guard let text = text.bindMemory(to: CChar.self).baseAddress else { return false }
            return needles.contains { strstr(text, $0) != nil }
        }
    }
}
