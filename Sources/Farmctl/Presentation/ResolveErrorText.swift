import Documents

/// Says in words why Portage could not resolve, and what to change.
struct ResolveErrorText: Sendable {
    private let error: ResolveErrorDocument
    private let isVerbose: Bool

    /// Portage's own text is shown without being asked for when it has no more lines than this.
    private static let shortText = 12

    init(_ error: ResolveErrorDocument, isVerbose: Bool) {
        self.error = error
        self.isVerbose = isVerbose
    }

    var lines: [Line] { explanation + chain + changes + portage }

    private var subject: String { error.atom ?? error.packages.first ?? "one of the targets" }

    private var explanation: [Line] {
        switch error.kind {
        case "unknown-atom": unknown
        case "masked":
            ["Every ebuild of \(subject, .strong) that fits is masked:"] + facts
        case "use-required":
            ["\(subject, .strong) is needed with other USE flags than the farm gives it:"] + facts
        case "slot-conflict":
            ["Two versions want the same slot\(error.atom.map { ", \($0)" } ?? ""):"] + facts
        case "circular-dependency":
            ["These packages need each other to be built, and none of them is there yet:"] + cycle + reasons
        case "licence-not-accepted":
            ["\(subject, .strong) is under a licence that the farm does not accept:"] + facts
        case "blocked":
            ["These packages cannot stand side by side:"] + facts
        default:
            ["Portage could not resolve \(subject, .strong) (\(error.kind))."] + facts
        }
    }

    /// An atom, a set, or a name that several packages share.
    private var unknown: [Line] {
        if subject.hasPrefix("@") {
            return [
                "The farm's image has no set \(subject, .strong).",
                "Is the overlay that has it in the image? Is it spelled right?",
            ]
        }
        if !error.packages.isEmpty {
            return ["\(subject, .strong) is the name of several packages; write the category too:"] + packages
        }
        let said = "no ebuild satisfies \(subject)"
        return ["There is no ebuild of \(subject, .strong)."]
            + error.reasons.filter { $0 != said }.flatMap(Self.split).map { "  \($0)" }
            + ["Is the overlay that has it in the farm's image? Is it spelled right, with its category?"]
    }

    /// The packages that the reasons do not name, and the reasons.
    private var facts: [Line] { packages + reasons }

    private var packages: [Line] {
        error.packages.filter { package in
            package != subject && !error.reasons.contains { $0.contains(package) }
        }.map { "  \($0)" }
    }
    private var reasons: [Line] { error.reasons.flatMap(Self.split).map { "  \($0)" } }

    private var cycle: [Line] {
        guard let first = error.packages.first else { return [] }
        return ["  \((error.packages + [first]).joined(separator: " -> "))"]
    }

    /// From the package that asked up to the target.
    private var chain: [Line] {
        guard !error.chain.isEmpty else { return [] }
        let prefix = "required by "
        return ["It is wanted by:"]
            + error.chain.map { "  \($0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0)" }
    }

    private var changes: [Line] {
        guard !error.suggestions.isEmpty else { return remedy.map { [$0] } ?? [] }
        var lines: [Line] = []
        var files: [String] = []
        for suggestion in error.suggestions where !files.contains(suggestion.file) { files.append(suggestion.file) }
        for file in files {
            let path = file.hasPrefix("/") ? file : "/etc/portage/\(file)"
            let ofFile = error.suggestions.filter { $0.file == file }
            lines.append("\(purpose), \(put(ofFile.count)) into \(path, .strong) of the farm's image:")
            lines += ofFile.map { "  \($0.line, .good)" }
        }
        return lines + ["Then build the image again, and submit again."]
    }

    private var purpose: String {
        switch error.kind {
        case "masked": "To allow it"
        case "use-required": "To give it what is needed"
        case "circular-dependency": "To break the circle"
        case "licence-not-accepted": "To accept it"
        default: "As Portage suggests"
        }
    }

    /// Ways out of a circle are alternatives; elsewhere all lines are needed.
    private func put(_ count: Int) -> String {
        if count == 1 { return "put this line" }
        return error.kind == "circular-dependency" ? "put one of these lines" : "put these lines"
    }

    /// What to do when Portage suggests nothing.
    private var remedy: Line? {
        switch error.kind {
        case "masked":
            "Unmask it in the farm's image: keywords in /etc/portage/package.accept_keywords, others in package.unmask."
        case "use-required": "Set the flags in the farm's image, in /etc/portage/package.use."
        case "slot-conflict":
            "Ask for versions that agree: mask one of the two in /etc/portage/package.mask of the farm's image, or change"
                + " the target that pulls it in."
        case "circular-dependency":
            "Switch off a USE flag of one of them in /etc/portage/package.use of the farm's image, or put one of them into"
                + " the image."
        case "blocked": "Take one of them out of the targets, or build two farms."
        case "licence-not-accepted": "Accept it in the farm's image, in /etc/portage/package.license."
        default: nil
        }
    }

    private var portage: [Line] {
        let text = Self.split(error.message)
        guard !text.isEmpty else { return [] }
        guard isVerbose || text.count <= Self.shortText else {
            return ["\("Portage's own text has \(text.count) lines; --verbose shows them.", .faint)"]
        }
        return ["\("Portage says:", .faint)"] + text.map { "  \($0)" }
    }

    /// Lines of a text, without the empty ones at its start and end.
    private static func split(_ text: String) -> [String] {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        while lines.first?.allSatisfy(\.isWhitespace) == true { lines.removeFirst() }
        while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
        return lines
    }
}
