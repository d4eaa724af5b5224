/// How the build of a package went, as its worker saw it: kept beside the log, as JSON.
package struct AttemptReport: Equatable, Sendable, Codable {
    /// A part of the attempt's time.
    package struct Stage: Equatable, Sendable, Codable {
        /// `fetching-distfiles`, `compile`, …
        package var name: String
        /// Milliseconds.
        package var wall: Int64

        package init(name: String, wall: Int64) {
            self.name = name
            self.wall = wall
        }
    }

    /// What the ebuild, or Portage about it, has to tell people (elog).
    package struct Message: Equatable, Sendable, Codable {
        /// `QA`, `WARN`, `LOG` or `ERROR`: Portage's own classes.
        package var kind: String
        /// Of the ebuild: `compile`, `postinst`, …
        package var phase: String
        package var text: String

        package init(kind: String, phase: String, text: String) {
            self.kind = kind
            self.phase = phase
            self.text = text
        }
    }

    /// One of the files that are kept with it.
    package struct File: Equatable, Sendable, Codable {
        package var path: String
        /// Bytes.
        package var size: Int64

        package init(path: String, size: Int64) {
            self.path = path
            self.size = size
        }
    }

    package var stages: [Stage] = []
    package var messages: [Message] = []
    package var files: [File] = []
    /// The last lines of the log of an attempt that failed.
    package var tail = ""

    package init() {}
}
