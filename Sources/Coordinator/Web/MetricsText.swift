import Shared

/// Prometheus' text format (exposition format 0.0.4).
struct MetricsText {
    enum Kind: String { case counter, gauge }
    typealias Sample = (labels: KeyValuePairs<String, String>, value: Double)

    private(set) var text = ""

    /// - Parameter samples: labels and value of each; a metric without any is left out.
    mutating func add(
        _ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]
    ) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for (labels, value) in samples {
            let shown = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
            text += name + (shown.isEmpty ? "" : "{\(shown)}") + " \(Self.number(value))\n"
        }
    }

    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        let none: KeyValuePairs<String, String> = [:]
        add(name, kind, help, [(none, value)])
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
