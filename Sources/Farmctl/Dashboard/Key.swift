/// A key that a person pressed.
enum Key: Equatable, Sendable {
    case character(Character)
    case up, down, pageUp, pageDown, home, end
    case enter, escape, tab, backspace
    /// Ctrl-C: the terminal hands it over like any other key.
    case interrupt

    /// What the bytes that a terminal sends at once mean (ECMA-48; xterm's control sequences). What is not known is left out.
    static func decode(_ bytes: [UInt8]) -> [Key] {
        var keys: [Key] = []
        var rest = bytes[...]
        while let first = rest.first {
            // A key with Alt: none of ours, and not the key alone.
            if first == 0x1B, let next = rest.dropFirst().first, next >= 0x20, next != 0x5B, next != 0x4F {
                rest = rest.dropFirst(2)
                continue
            }
            if first == 0x1B, let (key, length) = sequence(rest) {
                if let key { keys.append(key) }
                rest = rest.dropFirst(length)
                continue
            }
            switch first {
            case 0x03: keys.append(.interrupt)
            case 0x09: keys.append(.tab)
            case 0x0A, 0x0D: keys.append(.enter)
            case 0x08, 0x7F: keys.append(.backspace)
            case 0x1B: keys.append(.escape)
            case 0x20...0x7E: keys.append(.character(Character(Unicode.Scalar(first))))
            case 0xC0...:
                let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
                if let text = String(validating: rest.prefix(length), as: UTF8.self), let character = text.first {
                    keys.append(.character(character))
                }
                rest = rest.dropFirst(length - 1)
            default: break
            }
            rest = rest.dropFirst()
        }
        return keys
    }

    /// The sequence at the start and its length; nil when the escape stands for itself.
    private static func sequence(_ bytes: ArraySlice<UInt8>) -> (key: Key?, length: Int)? {
        let introducer = bytes.dropFirst().first
        guard introducer == 0x5B || introducer == 0x4F else { return nil }
        let parameters = bytes.dropFirst(2).prefix { (0x20...0x3F).contains($0) }
        guard let final = bytes.dropFirst(2 + parameters.count).first else { return (nil, bytes.count) }
        let length = 3 + parameters.count
        switch (final, String(decoding: parameters, as: UTF8.self)) {
        case (0x41, _): return (.up, length)
        case (0x42, _): return (.down, length)
        case (0x48, _), (0x7E, "1"), (0x7E, "7"): return (.home, length)
        case (0x46, _), (0x7E, "4"), (0x7E, "8"): return (.end, length)
        case (0x7E, "5"): return (.pageUp, length)
        case (0x7E, "6"): return (.pageDown, length)
        default: return (nil, length)
        }
    }
}
