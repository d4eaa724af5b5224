/// Dates of HTTP header fields (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// - Parameter seconds: since 1970; what is outside the years 1970 to 9999 becomes the nearest of them.
    static func format(_ seconds: Int64) -> String {
        let seconds = min(max(seconds, 0), 253_402_300_799)
        let day = seconds / 86_400
        var (year, month) = (Int64(1970), Int64(1))
        var rest = day
        // At most a few dozen steps for any date that occurs.
        while rest >= dayNumber(year + 1, 1, 1) - dayNumber(year, 1, 1) {
            rest -= dayNumber(year + 1, 1, 1) - dayNumber(year, 1, 1)
            year += 1
        }
        while month < 12, rest >= dayNumber(year, month + 1, 1) - dayNumber(year, month, 1) {
            rest -= dayNumber(year, month + 1, 1) - dayNumber(year, month, 1)
            month += 1
        }
        let clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { padded($0) }.joined(separator: ":")
        let date = "\(padded(rest + 1)) \(months[Int(month - 1)]) \(padded(year, 4))"
        return "\(days[Int(day % 7)]), \(date) \(clock) GMT"
    }

    /// Seconds since 1970; nil for the obsolete forms, which no client sends any more, and for what is no date.
    static func parse(_ text: String) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int64(words[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(words[2])), let year = Int64(words[3]),
            (1970...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        return dayNumber(year, Int64(month + 1), day) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }

    /// Days since 1970 of a date in the Gregorian calendar; the year is counted from March so that the leap day is last.
    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month < 3 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }

    private static func padded(_ number: Int64, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
