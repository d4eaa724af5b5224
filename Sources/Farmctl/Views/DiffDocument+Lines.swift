import Documents

extension DiffDocument: Report {
    func lines(width: Int?) -> [Line] {
        var lines: [Line] = [
            "\(Self.name(from)) -> \(Self.name(to), .strong)",
            "\("size", .faint)      installed \(Self.change(from.installedBytes, to.installedBytes)), package \(Self.change(from.packageBytes, to.packageBytes))",
        ]
        if from.repository != to.repository {
            lines.append("\("from", .faint)      \(from.repository) -> \(to.repository)")
        }
        if !use.isEmpty {
            var line: Line = "\("use", .faint)      "
            for flag in use { line.append(" \(flag)", flag.hasPrefix("+") ? .good : .bad) }
            lines.append(line)
        }
        lines += Self.lines(of: provides, "provides") + Self.lines(of: requires, "requires")
        guard let counts else {
            return lines + ["\("files", .faint)     not compared: an image is compressed in a way that cannot be read"]
        }
        lines.append(
            "\("files", .faint)     \(counts.added) added, \(counts.removed) removed, \(counts.changed) changed, \(counts.unchanged) as before"
        )
        lines += files.map(Self.line)
        if isEmpty { lines.append("what they install is the same") }
        let rest = Int(counts.added + counts.removed + counts.changed) - files.count
        if rest > 0 { lines.append("  and \(rest) more") }
        return lines
    }

    /// Whether nothing that is compared differs.
    private var isEmpty: Bool {
        files.isEmpty && use.isEmpty
            && [provides, requires].allSatisfy { $0.added.isEmpty && $0.removed.isEmpty }
    }

    private static func name(_ build: Build) -> String {
        "\(build.cpv):\(build.slot) (run \(build.run), \(build.farm), build \(build.buildID))"
    }

    private static func change(_ from: Int64, _ to: Int64) -> String {
        guard from != to else { return "\(Quantity.size(to)) as before" }
        let sign = to > from ? "+" : "-"
        return "\(Quantity.size(from)) -> \(Quantity.size(to)) (\(sign)\(Quantity.size(abs(to - from))))"
    }

    private static func lines(of sonames: Sonames, _ title: String) -> [Line] {
        sonames.added.map { "\(title, .faint)  \("+ \($0)", .good)" }
            + sonames.removed.map { "\(title, .faint)  \("- \($0)", .bad)" }
    }

    private static func line(_ file: File) -> Line {
        switch file.kind {
        case "added": "  \("+ \(file.path)", .good)  \(Quantity.size(file.toBytes))"
        case "removed": "  \("- \(file.path)", .bad)  \(Quantity.size(file.fromBytes))"
        default:
            "  ~ \(file.path)  \(file.what.joined(separator: ", "))"
                + (file.fromBytes == file.toBytes
                    ? "" : "  \(Quantity.size(file.fromBytes)) -> \(Quantity.size(file.toBytes))")
        }
    }
}
