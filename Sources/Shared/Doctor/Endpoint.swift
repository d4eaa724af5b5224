/// `tcp://head:5550`
package struct Endpoint: Sendable, Equatable {
    package let host: String
    package let port: String

    package init?(_ text: String) {
        guard text.hasPrefix("tcp://"), let colon = text.lastIndex(of: ":") else { return nil }
        let start = text.index(text.startIndex, offsetBy: 6)
        guard start < colon else { return nil }
        host = String(text[start..<colon].filter { $0 != "[" && $0 != "]" })
        port = String(text[text.index(after: colon)...])
        guard let number = Int(port), (1...65535).contains(number) else { return nil }
    }
}
