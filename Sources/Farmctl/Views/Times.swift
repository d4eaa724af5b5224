/// Conversions that all views share; 0 on the wire is "not known".
enum Times {
    static func universal(_ milliseconds: Int64) -> String? {
        milliseconds > 0 ? Quantity.universalTime(milliseconds: milliseconds) : nil
    }

    static func seconds(_ milliseconds: Int64) -> Double { Double(milliseconds) / 1000 }
}

extension String {
    /// nil for the empty string, which is how the wire says that there is none.
    var unlessEmpty: String? { isEmpty ? nil : self }
}

extension Int64 {
    var unlessZero: Int64? { self == 0 ? nil : self }
}
