internal import Shared

/// What Portage saves of an ebuild's messages (portage/elog/mod_save.py): `LOG: postinst` and its like before each run of lines.
enum ElogText {
    private static let kinds = ["QA", "WARN", "LOG", "ERROR", "INFO"]

    static func messages(_ text: String) -> [AttemptReport.Message] {
        var messages: [AttemptReport.Message] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let message = heading(line) {
                messages.append(message)
            } else if !messages.isEmpty {
                messages[messages.count - 1].text += "\(line)\n"
            }
        }
        for index in messages.indices {
            while messages[index].text.last == "\n" { messages[index].text.removeLast() }
        }
        return messages.filter { !$0.text.isEmpty }
    }

    private static func heading(_ line: Substring) -> AttemptReport.Message? {
        let parts = line.split(separator: ": ", maxSplits: 1)
        guard parts.count == 2, kinds.contains(String(parts[0])), parts[1].allSatisfy({ $0.isLetter || $0 == "_" })
        else { return nil }
        return AttemptReport.Message(kind: String(parts[0]), phase: String(parts[1]), text: "")
    }
}
