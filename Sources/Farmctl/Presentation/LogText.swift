/// Makes the bytes of a build's log fit to print, piece by piece.
///
/// Colours stay where the terminal shows them and go where it does not; every other escape sequence and control character
/// is written out. A piece may end anywhere, even inside a character.
struct LogText {
    let keepsColours: Bool
    private var pending: [UInt8] = []
    private var endedWithReturn = false
    private var hasColour = false

    /// Longest colour sequence believed.
    private static let longestSequence = 64

    init(keepsColours: Bool) { self.keepsColours = keepsColours }

    mutating func take(_ bytes: some Sequence<UInt8>) -> String {
        pending += bytes
        let end = Self.completePrefix(of: pending)
        let text = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeSubrange(..<end)
        return cleaned(text)
    }

    /// What was left, and the end of any colour.
    mutating func finish() -> String {
        let text = String(decoding: pending, as: UTF8.self)
        pending = []
        defer { hasColour = false }
        return cleaned(text) + (hasColour ? "\u{1B}[0m" : "")
    }

    private mutating func cleaned(_ text: String) -> String {
        var result = ""
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "\u{1B}", let length = Self.colourLength(scalars[index...]) {
                if keepsColours {
                    result.unicodeScalars.append(contentsOf: scalars[index..<index + length])
                    hasColour = true
                }
                index += length
                endedWithReturn = false
                continue
            }
            switch scalar {
            // Progress meters return to the line's start: one line for each of their states. CR LF is one end of line.
            case "\r": result.append("\n")
            case "\n": if !endedWithReturn { result.append("\n") }
            case "\t": result.append("\t")
            default:
                if SafeText.isUnsafe(scalar) {
                    result += SafeText.escape(scalar)
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
            endedWithReturn = scalar == "\r"
            index += 1
        }
        return result
    }

    /// Scalars of the sequence ESC [ digits and semicolons m at the start; nil when it is another or no sequence.
    private static func colourLength(_ scalars: ArraySlice<Unicode.Scalar>) -> Int? {
        guard scalars.dropFirst().first == "[" else { return nil }
        let parameters = scalars.dropFirst(2).prefix { ("0"..."9").contains($0) || $0 == ";" }
        guard parameters.count < longestSequence, scalars.dropFirst(2 + parameters.count).first == "m" else {
            return nil
        }
        return parameters.count + 3
    }

    /// Where the bytes can be cut without cutting a character or a colour sequence.
    private static func completePrefix(of bytes: [UInt8]) -> Int {
        if let escape = bytes.suffix(longestSequence).lastIndex(of: 0x1B) {
            let tail = bytes[(escape + 1)...]
            let isOpen =
                tail.isEmpty || (tail.first == 0x5B && tail.dropFirst().allSatisfy { (0x30...0x3B).contains($0) })
            if isOpen { return escape }
        }
        // At most three bytes of an unfinished UTF-8 character.
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0b1100_0000 == 0b1000_0000 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? bytes.count - back : bytes.count
        }
        return bytes.count
    }
}
