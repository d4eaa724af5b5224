/// Which words Portage's configuration files take (portage(5), PMS 3.1).
enum SetWords {
    static func isSetName(_ text: String) -> Bool { isName(text, "_-.") && text.utf8.count <= 64 }

    /// Names that Portage takes for something else (portage._sets).
    static func isReservedSetName(_ text: String) -> Bool {
        ["world", "system", "selected", "profile", "installed", "live-rebuild"].contains(text)
            || text.hasSuffix(".metadata")
    }

    /// PMS 3.1.5.
    static func isRepositoryName(_ text: String) -> Bool { isName(text, "_-") && text.utf8.count <= 64 }

    /// A name alone, no path.
    static func isFileName(_ text: String) -> Bool { isName(text, "_-.+") && text.utf8.count <= 128 }

    /// What is wrong with a USE flag and how to write it; nil when all is well. `-*` takes all off; `PYTHON_TARGETS:` says
    /// what the flags behind it are values of.
    static func useFlagProblem(_ word: String) -> String? {
        if word == "-*" { return nil }
        if word.hasSuffix(":") {
            let name = word.dropLast()
            return !name.isEmpty && name.allSatisfy({ $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") })
                ? nil : "before the colon stands a variable, such as PYTHON_TARGETS:"
        }
        let flag = word.hasPrefix("-") ? String(word.dropFirst()) : word
        return isName(flag, "+_@-") && flag.first != "_"
            ? nil : "write a flag as name or -name; a flag has letters, digits, '+', '_', '@' and '-'"
    }

    /// `amd64`, `~amd64`, `-amd64`, `**`, `*`, `~*`.
    static func keywordProblem(_ word: String) -> String? {
        if ["**", "*", "~*", "-*"].contains(word) { return nil }
        let name = word.hasPrefix("~") || word.hasPrefix("-") ? String(word.dropFirst()) : word
        return isName(name, "_-") ? nil : "write amd64, ~amd64 or **"
    }

    /// `GPL-2`, `@FREE`, `-X`, `*`.
    static func licenseProblem(_ word: String) -> String? {
        var name = word.hasPrefix("-") ? word.dropFirst() : word[...]
        if name == "*" { return nil }
        if name.hasPrefix("@") { name = name.dropFirst() }
        return isName(String(name), "+_.-") ? nil : "write GPL-2, a group such as @FREE, or either with '-' before it"
    }

    private static func isName(_ text: String, _ others: String) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter || first.isNumber || first == "_" else {
            return false
        }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || others.contains($0)) }
    }
}
