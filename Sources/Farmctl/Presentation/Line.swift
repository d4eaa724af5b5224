/// One line of output. Whatever is put in is escaped there, so nothing unsafe can be forgotten on the way out.
struct Line: Sendable, Equatable {
    struct Span: Sendable, Equatable {
        let text: String
        let tone: Tone
    }

    private(set) var spans: [Span] = []

    static let empty = Line()

    init() {}

    init(_ text: String, _ tone: Tone = .plain) { append(text, tone) }

    /// Characters.
    var width: Int { spans.reduce(0) { $0 + $1.text.count } }
    var text: String { spans.map(\.text).joined() }

    mutating func append(_ text: String, _ tone: Tone = .plain) {
        if !text.isEmpty { spans.append(Span(text: SafeText.escaped(text), tone: tone)) }
    }

    mutating func append(_ line: Line) { spans += line.spans }

    static func + (left: Line, right: Line) -> Line {
        var line = left
        line.append(right)
        return line
    }

    func rendered(_ palette: Palette) -> String {
        spans.map { palette.paint($0.text, $0.tone) }.joined()
    }

    /// At most so many characters, the last of them an ellipsis where something is missing.
    func clipped(to limit: Int) -> Line {
        guard width > limit else { return self }
        guard limit > 0 else { return Line() }
        var result = Line()
        var room = limit - 1
        for span in spans where room > 0 {
            let kept = span.text.prefix(room)
            room -= kept.count
            result.spans.append(Span(text: String(kept), tone: span.tone))
        }
        result.spans.append(Span(text: "…", tone: .faint))
        return result
    }

    func padded(to width: Int, _ alignment: Table.Alignment) -> Line {
        let missing = width - self.width
        guard missing > 0 else { return self }
        let space = Span(text: String(repeating: " ", count: missing), tone: .plain)
        var result = self
        result.spans.insert(space, at: alignment == .left ? spans.endIndex : spans.startIndex)
        return result
    }
}

extension Line: ExpressibleByStringInterpolation {
    init(stringLiteral text: String) { self.init(text) }
    init(stringInterpolation: Interpolation) { spans = stringInterpolation.line.spans }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var line = Line()
        init(literalCapacity: Int, interpolationCount: Int) {}
        mutating func appendLiteral(_ text: String) { line.append(text) }
        mutating func appendInterpolation(_ value: some CustomStringConvertible, _ tone: Tone = .plain) {
            line.append(value.description, tone)
        }
        mutating func appendInterpolation(_ error: any Error) { line.append(String(describing: error)) }
        mutating func appendInterpolation(_ line: Line) { self.line.append(line) }
    }
}
