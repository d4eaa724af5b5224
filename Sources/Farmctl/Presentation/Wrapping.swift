/// Long text in lines that a person can read.
enum Wrapping {
    /// Where lines end when the terminal is not narrower, and where there is none.
    static let standardWidth = 80

    static func width(_ terminal: Int?) -> Int { min(terminal ?? standardWidth, standardWidth) }

    /// Breaks between words; a word that is too long by itself stays whole.
    /// - Parameters:
    ///   - indent: before each line.
    ///   - hanging: before each line behind the first, beside `indent`.
    static func lines(
        _ text: String, indent: String = "", hanging: String = "", tone: Tone = .plain, width: Int = standardWidth
    ) -> [Line] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let start = indent + (lines.isEmpty ? "" : hanging)
            if line.isEmpty {
                line = start + word
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = indent + hanging + word
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { Line($0, tone) }
    }

    /// As many names as fit on one line behind the lead, and how many there are more.
    static func names(_ names: [String], behind lead: String, width: Int = standardWidth) -> String {
        var text = lead
        for (place, name) in names.enumerated() {
            let more = names.count - place - 1
            let reserve = more > 0 ? " and \(more) more".count : 0
            guard place == 0 || text.count + 1 + name.count + reserve <= width else {
                return text + " and \(names.count - place) more"
            }
            text += " " + name
        }
        return text
    }
}
