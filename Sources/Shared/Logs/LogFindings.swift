/// Lines of a log that say how it went; the first of each kind.
package struct LogFindings: Sendable, Equatable {
    /// A compiler's, linker's or configure script's error.
    package var toolError: String?
    /// `make: *** [Makefile:3: all] Error 2` and its kin.
    package var makeError: String?
    /// ` * ERROR: dev-libs/a-1::repo failed (compile phase):`
    package var portageError: String?
    /// What the ebuild said when it gave up: `*   it cannot be built on this host`.
    package var lastWords: String?
    package var noSpace: String?
    /// emerge says what is not there.
    package var missingDependency: String?
    /// A distfile is not there, or not what the Manifest says.
    package var fetchError: String?
    package var digestError: String?
    /// `Killed signal terminated program cc1plus`
    package var killed: String?
    /// The last line that is not empty.
    package var last: String?
    /// The line before was Portage's heading, below which it puts what `die` was given (`die` in isolated-functions.sh): the
    /// next one tells something, whatever it says.
    package private(set) var hasHeading = false

    package init() {}

    /// Whether a line tells of an error.
    package static func isError(_ line: String) -> Bool {
        var findings = LogFindings()
        findings.note(line)
        return findings.firstErrorLine != nil
    }

    /// What a person looks for first.
    package var firstErrorLine: String? {
        toolError ?? digestError ?? fetchError ?? missingDependency ?? noSpace ?? killed ?? makeError ?? lastWords
            ?? portageError
    }

    /// What strerror says of ENOSPC.
    package static let noSpaceText = "No space left on device"

    /// Looks at one line; only the first 2,000 characters of a line ever get here.
    package mutating func note(_ line: String) {
        let line = line.trimmedEnds
        guard !line.isEmpty else { return }
        last = line
        defer { hasHeading = line.hasPrefix("* ERROR: ") && line.contains(" failed") }
        if hasHeading, lastWords == nil, line.hasPrefix("* ") {
            let words = line.dropFirst(2).drop { $0 == " " }
            if !words.isEmpty, words != "(no error message)" { lastWords = line }
        }
        if line.contains(Self.noSpaceText) { noSpace = noSpace ?? line }
        if line.hasPrefix("* ERROR: ") || line.hasPrefix("ERROR: "), line.contains(" failed") {
            portageError = portageError ?? line
        } else if Self.isMissing(line) {
            missingDependency = missingDependency ?? line
        } else if line.hasPrefix("!!! Couldn't download") || line.hasPrefix("!!! Fetch failed for") {
            fetchError = fetchError ?? line
        } else if line.hasPrefix("!!! Digest verification failed") || line.contains("VERIFY FAILED")
            || line.contains("Filesize does not match recorded size")
        {
            digestError = digestError ?? line
        } else if line.contains("***"), line.contains("make") || line.hasPrefix("ninja") {
            makeError = makeError ?? line
        } else if line.contains("Killed signal terminated program") || line.contains(": Killed") {
            killed = killed ?? line
        } else if Self.isToolError(line) {
            toolError = toolError ?? line
        }
    }

    private static func isMissing(_ line: String) -> Bool {
        line.hasPrefix("emerge: there are no ebuilds") || line.hasPrefix("emerge: there are no binary packages")
            || line.hasPrefix("!!! --buildpkgonly requires all dependencies")
            || line.hasPrefix("!!! Cannot merge requested packages")
    }

    /// `file.c:3:5: error: …`, `ld: … undefined reference to …`, `CMake Error at …`, `configure: error: …`.
    private static func isToolError(_ line: String) -> Bool {
        if line.hasPrefix("CMake Error") || line.hasPrefix("ModuleNotFoundError") || line.hasPrefix("SyntaxError") {
            return true
        }
        if line.contains("undefined reference to") { return true }
        for mark in [": error: ", ": fatal error: ", " error: ", "error[E"] {
            // Not the flags of a compiler command, nor a summary such as "0 error: 0".
            guard let range = line.firstRange(of: mark) else { continue }
            let before = line[..<range.lowerBound]
            if mark.hasPrefix(":") || mark == "error[E" { return true }
            return before.hasSuffix(":") || before.isEmpty
        }
        return line.hasPrefix("error: ")
    }
}

extension String {
    /// Without spaces at either end, and without terminal colours.
    package var trimmedEnds: String {
        var text = Substring(contains("\u{1B}") ? replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "") : self)
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
