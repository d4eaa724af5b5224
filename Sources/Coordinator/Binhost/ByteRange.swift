/// What a request's `Range` field asks of a file (RFC 9110, 14.2).
enum ByteRange: Equatable {
    /// Everything: there is no range, or one that the server may ignore (other units, several ranges, malformed).
    case whole
    /// First byte and one past the last.
    case part(Range<Int64>)
    /// The file has no such byte.
    case unsatisfiable

    init(_ field: String?, size: Int64) {
        self = .whole
        guard let field, field.lowercased().hasPrefix("bytes=") else { return }
        let text = field.dropFirst(6).filter { $0 != " " && $0 != "\t" }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return }
        // Digits too many for 64 bits are a number beyond any file.
        let numbers = ends.map { $0.isEmpty ? nil : Int64($0) ?? Int64.max }
        switch (numbers[0], numbers[1]) {
        case (nil, nil): return
        case (nil, let count?):
            self = count == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - count)..<size)
        case (let first?, let last):
            if let last, last < first { return }
            self = first >= size ? .unsatisfiable : .part(first..<(min(last ?? size, size - 1) + 1))
        }
    }
}
