/// Why a job is built or reused, one part of the text that a plan carries: `version(1.0 -> 1.1), use(+foo -bar)`.
package enum BuildReason: Hashable, Sendable {
    /// The farm never published the package.
    case new
    case version(from: String, to: String)
    /// `+flag`: on now; `-flag`: not any more.
    case use([String])
    case ebuildChanged
    case flags
    case baseChanged
    /// Its sources may have changed under the same ebuild.
    case live
    /// `cat/pkg` of those that changed, and how many there are beside them.
    case dependencyChanged([String], more: Int = 0)
    case forced
    case cached(path: String, note: String?)
    /// Of a version that this one does not know.
    case other(String)

    /// The parts, in the text's order.
    package static func parse(_ text: String) -> [BuildReason] {
        if text.hasPrefix("cached: ") { return [cached(text.dropFirst(8))] }
        return split(text).map(part)
    }

    /// Without what stands in parentheses: for counting.
    package var name: String {
        switch self {
        case .new: "new"
        case .version: "version"
        case .use: "use"
        case .ebuildChanged: "ebuild-changed"
        case .flags: "flags"
        case .baseChanged: "base-changed"
        case .live: "live"
        case .dependencyChanged: "dependency-changed"
        case .forced: "forced"
        case .cached: "cached"
        case .other(let text): String(text.prefix { $0 != "(" && $0 != ":" })
        }
    }

    private static func cached(_ text: Substring) -> BuildReason {
        guard text.hasSuffix(")"), let open = text.firstRange(of: " (") else {
            return .cached(path: String(text), note: nil)
        }
        return .cached(path: String(text[..<open.lowerBound]), note: String(text[open.upperBound...].dropLast()))
    }

    private static func part(_ text: Substring) -> BuildReason {
        switch text {
        case "new": return .new
        case "ebuild-changed": return .ebuildChanged
        case "flags": return .flags
        case "base-changed": return .baseChanged
        case "live": return .live
        case "dependency-changed": return .dependencyChanged([])
        case "forced": return .forced
        default: break
        }
        guard text.hasSuffix(")"), let open = text.firstIndex(of: "(") else { return .other(String(text)) }
        let inside = text[text.index(after: open)...].dropLast()
        switch text[..<open] {
        case "version":
            guard let arrow = inside.firstRange(of: " -> ") else { return .other(String(text)) }
            return .version(from: String(inside[..<arrow.lowerBound]), to: String(inside[arrow.upperBound...]))
        case "use": return .use(inside.split(separator: " ").map(String.init))
        case "dependency-changed": return dependencyChanged(inside)
        default: return .other(String(text))
        }
    }

    private static func dependencyChanged(_ text: Substring) -> BuildReason {
        var names = text
        var more = 0
        if text.hasSuffix(" more"), let and = text.ranges(of: " and ").last,
            let count = Int(text[and.upperBound...].dropLast(" more".count))
        {
            names = text[..<and.lowerBound]
            more = count
        }
        return .dependencyChanged(names.split(separator: ", ").map(String.init), more: more)
    }

    /// At the commas that stand in no parentheses.
    private static func split(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var depth = 0
        var start = text.startIndex
        for index in text.indices {
            switch text[index] {
            case "(": depth += 1
            case ")": depth = max(0, depth - 1)
            case "," where depth == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        parts.append(text[start...])
        return parts.map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
    }
}

extension BuildReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .version(let from, let to): "version(\(from) -> \(to))"
        case .use(let flags): "use(\(flags.joined(separator: " ")))"
        case .dependencyChanged(let packages, let more):
            packages.isEmpty
                ? name
                : "\(name)(\(packages.joined(separator: ", "))\(more > 0 ? " and \(more) more" : ""))"
        case .cached(let path, let note): "cached: \(path)" + (note.map { " (\($0))" } ?? "")
        case .other(let text): text
        case .new, .ebuildChanged, .flags, .baseChanged, .live, .forced: name
        }
    }
}
