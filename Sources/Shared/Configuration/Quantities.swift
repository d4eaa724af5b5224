/// A number of bytes in a configuration file: `4GiB`, `512MiB`, `1000`.
package struct ByteCount: Sendable, Hashable, Decodable {
    package let bytes: Int64

    package init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Int64(digits), let factor = Self.factors[String(unit)] else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        self.bytes = bytes
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = ByteCount(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is no size; write 512MiB or 4GiB")
        }
        self = value
    }

    private static let factors: [String: Int64] = [
        "": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
    ]
}

/// A length of time in a configuration file: `90s`, `15m`, `2h`, `500ms`.
package struct TimeSpan: Sendable, Hashable, Decodable {
    package let duration: Duration

    package init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Int64(digits), number <= 1_000_000_000, let factor = Self.milliseconds[String(unit)] else {
            return nil
        }
        duration = .milliseconds(number * factor)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = TimeSpan(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is no length of time; write 90s, 15m or 2h")
        }
        self = value
    }

    private static let milliseconds: [String: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
}
