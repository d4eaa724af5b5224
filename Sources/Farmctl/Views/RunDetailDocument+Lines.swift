import Documents
import Shared

extension RunDetailDocument {
    private static let jobsNamed = 6

    /// When it ends, and what decides it; empty of a run that does not build.
    func outlook(width: Int) -> [Line] {
        var parts: [String] = []
        if run.runState == .building, run.remainingText.isEmpty { parts.append("when it ends is not known yet") }
        if let left = run.remainingText.unlessEmpty {
            var text = "about \(left) left"
            if let least = remainingLeastS, let most = remainingMostS {
                text += " (\(Self.duration(least)) to \(Self.duration(most)))"
            }
            parts.append(text)
        }
        if let perHourNow { parts.append("\(perHourNow) packages/h now") }
        if let perHour { parts.append("\(perHour) overall") }
        var lines: [Line] = parts.isEmpty ? [] : ["\("run \(run.run)", .strong): \(parts.joined(separator: ", "))"]
        if !decidingPath.isEmpty {
            let named = decidingPath.prefix(Self.jobsNamed).map { job in
                job.phase.map { "\(job.cpv) (\($0) on \(job.worker ?? "?"))" } ?? job.cpv
            }
            let hidden = Int(decidingTotal) - named.count
            let chain = named.joined(separator: " > ") + (hidden > 0 ? " and \(hidden) more" : "")
            lines += Wrapping.lines("its end is decided by \(chain)", indent: "  ", hanging: "  ", width: width)
        }
        return lines
    }

    private static func duration(_ seconds: Double) -> String {
        Quantity.duration(seconds: seconds)
    }
}
