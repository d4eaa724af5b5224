import Rainbow

/// What a piece of text means; the palette knows how that looks.
enum Tone: Sendable, Equatable {
    case plain, strong, faint, good, bad, warning, active

    /// Codes of the escape sequence "select graphic rendition".
    fileprivate var codes: [UInt8] {
        switch self {
        case .plain: []
        case .strong: Style.bold.value
        case .faint: Style.dim.value
        case .good: NamedColor.green.value
        case .bad: NamedColor.red.value + Style.bold.value
        case .warning: NamedColor.yellow.value
        case .active: NamedColor.cyan.value
        }
    }
}

/// Colours, or none.
struct Palette: Sendable, Equatable {
    let isColoured: Bool

    static let plain = Palette(isColoured: false)
    static let coloured = Palette(isColoured: true)

    func paint(_ text: String, _ tone: Tone) -> String {
        guard isColoured, tone != .plain, !text.isEmpty else { return text }
        return "\u{1B}[" + tone.codes.map(String.init).joined(separator: ";") + "m" + text + "\u{1B}[0m"
    }
}
