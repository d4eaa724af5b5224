internal import Shared

/// What is wrong with a value, as what to write instead.
struct ValueFault: Error {
    let remedy: String
    init(_ remedy: String) { self.remedy = remedy }
}

/// Single values.
extension FarmFileReader {
    mutating func optional<Value>(
        _ name: SettingName, _ parse: (String) -> Result<Value, ValueFault>
    ) -> Setting<Value>? {
        guard let (text, place) = scalars[name] else { return nil }
        switch parse(text) {
        case .success(let value): return Setting(value: value, source: place.source)
        case .failure(let fault):
            let shown = text.oneLine(atMost: 100)
            reader.add(StackFault(place.name, "'\(shown)' is no value of \(name.rawValue)", remedy: fault.remedy))
            return nil
        }
    }

    mutating func value<Value>(
        _ name: SettingName, default standard: Value, _ parse: (String) -> Result<Value, ValueFault>
    ) -> Setting<Value> {
        optional(name, parse) ?? Setting(value: standard, source: .builtIn)
    }

    /// Has no default: without it there is a fault, and nothing comes of the file.
    mutating func name() -> Setting<String> {
        if scalars[.name] == nil {
            reader.add(
                StackFault(
                    "the farm", "its name is missing", remedy: "write `name: hep`, or whatever it is to be called"))
        }
        return value(.name, default: "") { text in
            guard KeyName.isValid(text) else {
                return .failure(.init("use letters, digits, '.', '_' and '-', at most 64"))
            }
            return FarmName.problem(text).map { .failure(.init($0)) } ?? .success(text)
        }
    }

    mutating func policies() -> FarmFile.Policies {
        FarmFile.Policies(
            atomic: value(.atomic, default: false, Self.truth),
            ccache: optional(.ccache) { text in
                Self.size(text, atLeast: 1 << 20, remedy: "write a size of 1MiB or more, such as 5GiB")
            },
            tests: value(.tests, default: false, Self.truth), bindist: value(.bindist, default: false, Self.truth),
            licenses: optional(.licenses) { text in
                let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
                let fault = words.lazy.compactMap(SetWords.licenseProblem).first
                return fault.map { .failure(.init($0)) }
                    ?? (words.isEmpty ? .failure(.init("write [\"@FREE\", …]")) : .success(words))
            })
    }

    mutating func coverage() -> Setting<FarmCoverage> {
        value(.coverage, default: .missing) { text in
            let known = FarmCoverage.allCases.map(\.rawValue).joined(separator: ", ")
            return FarmCoverage(rawValue: text).map { .success($0) } ?? .failure(.init("known are \(known)"))
        }
    }

    mutating func limits() -> FarmFile.Limits {
        let aSize = "write a size of 1MiB or more, such as 4GiB"
        return FarmFile.Limits(
            memory: optional(.memory) { Self.size($0, atLeast: 1 << 20, remedy: aSize) },
            processes: optional(.processes) { text in
                Int32(text).flatMap { $0 > 0 ? .success($0) : nil }
                    ?? .failure(.init("write a number such as 16384"))
            },
            disk: optional(.disk) { Self.size($0, atLeast: 1 << 20, remedy: aSize) },
            timeout: optional(.timeout, Self.time), silence: optional(.silence, Self.time),
            log: optional(.log) { text in
                guard let size = ByteCount(text), Shared.Limits.logRange.contains(size.bytes) else {
                    return .failure(.init("write a size between 64KiB and 256MiB"))
                }
                return .success(size)
            })
    }

    private static func size(_ text: String, atLeast least: Int64, remedy: String) -> Result<ByteCount, ValueFault> {
        ByteCount(text).flatMap { $0.bytes >= least ? .success($0) : nil } ?? .failure(.init(remedy))
    }

    private static func time(_ text: String) -> Result<TimeSpan, ValueFault> {
        TimeSpan(text).flatMap { $0.duration >= .seconds(1) ? .success($0) : nil }
            ?? .failure(.init("write a length of time, such as 90s, 15m or 2h"))
    }

    /// Of a key, or none.
    static func fingerprint(_ text: String) -> Result<String?, ValueFault> {
        if text == "none" { return .success(nil) }
        return KeyFingerprint.normalised(text).map { .success($0) }
            ?? .failure(.init("\(KeyFingerprint.remedy); or write none"))
    }

    static func truth(_ text: String) -> Result<Bool, ValueFault> {
        switch text.lowercased() {
        case "yes", "true", "on": .success(true)
        case "no", "false", "off": .success(false)
        default: .failure(.init("write yes or no"))
        }
    }

    /// `20261101`, `20261101T170000Z`, `latest` of no day; or an image.
    static func image(_ text: String) -> Result<String, ValueFault> {
        GentooImage.isTag(text) || GentooImage.isReference(text)
            ? .success(text)
            : .failure(
                .init(
                    "write the tag of a day, such as 20261101 or 20261101T170000Z, or an image: docker://HOST/NAME:TAG, "
                        + "docker-archive:FILE, oci-archive:FILE"))
    }

    /// What stands in quotes in make.conf and is to be the same to bash and to Portage, which reads it with Python's shlex and
    /// `varexpand` of its own (util/__init__.py): `${NAME}` is a variable, and nothing else is anything but text.
    static func shellText(_ text: String) -> Result<String, ValueFault> {
        guard case .success = line(text) else { return .failure(.init("write one line")) }
        guard !text.contains(where: { "\\`".contains($0) }), text.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
            return .failure(
                .init("leave out '\\', '`' and control characters, which bash and Portage read in different ways"))
        }
        let rest = text.replacing(/\$\{[A-Za-z_][A-Za-z0-9_]*\}/, with: "")
        return rest.contains("$") ? .failure(.init("'$' is there for variables alone: ${NAME}")) : .success(text)
    }

    static func line(_ text: String) -> Result<String, ValueFault> {
        !text.isEmpty && text.utf8.count <= 4096 && !text.contains(where: \.isNewline)
            ? .success(text) : .failure(.init("write one line"))
    }

    static func jobs(_ text: String) -> Result<Int, ValueFault> {
        Int(text).flatMap { (1...1024).contains($0) ? .success($0) : nil }
            ?? .failure(.init("write a number from 1 to 1024"))
    }
}
