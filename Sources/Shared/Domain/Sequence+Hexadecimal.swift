extension UInt8 {
    /// What a lower-case hexadecimal digit stands for; nil when it is none.
    var hexadecimalValue: UInt8? {
        switch self {
        case 48...57: self - 48
        case 97...102: self - 87
        default: nil
        }
    }
}

extension Sequence<UInt8> {
    /// Lower-case hexadecimal.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
