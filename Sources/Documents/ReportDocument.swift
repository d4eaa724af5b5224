package import Shared

/// How the last attempt at a package went, when it has ended.
package struct ReportDocument: Encodable, Sendable, Equatable {
    package struct Stage: Encodable, Sendable, Equatable {
        package let name: String
        package let wallS: Double
    }

    package struct Message: Encodable, Sendable, Equatable {
        /// `QA`, `WARN`, `LOG` or `ERROR`.
        package let kind: String
        package let phase: String
        package let text: String
    }

    package struct File: Encodable, Sendable, Equatable {
        package let path: String
        package let bytes: Int64
    }

    package let job: JobDocument
    package let stages: [Stage]
    package let messages: [Message]
    package let files: [File]
    /// The last lines of its log, when it failed.
    package let tail: [String]

    package init(_ job: JobDocument, _ report: AttemptReport) {
        self.job = job
        stages = report.stages.map {
            Stage(name: $0.name, wallS: Times.seconds(min(max(0, $0.wall), 1_000_000_000_000)))
        }
        messages = report.messages.map { Message(kind: $0.kind, phase: $0.phase, text: $0.text) }
        files = report.files.map { File(path: $0.path, bytes: $0.size) }
        tail =
            report.tail.isEmpty
            ? [] : report.tail.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
