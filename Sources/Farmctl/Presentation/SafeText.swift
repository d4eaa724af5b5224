/// Text that came from elsewhere, made harmless for a terminal.
enum SafeText {
    /// Control characters, and those that change the direction of text, are written out, so that no name or message can
    /// move the cursor, rewrite a line or hide what it says.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isUnsafe(scalar) { result += escape(scalar) } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        // Line and paragraph separators; embeddings, overrides and isolates of direction.
        case 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default:
            scalar.value < 0x100
                ? "\\x" + padded(String(scalar.value, radix: 16), to: 2)
                : "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }

    private static func padded(_ digits: String, to width: Int) -> String {
        String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
