import ArgumentParser
import Glibc

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Print the log of a package's build.",
        discussion: "`resolve` is the run's resolving.", aliases: ["logs"])

    @OptionGroup var selection: PackageSelection

    @Flag(name: .shortAndLong, help: "Go on until the build has ended.")
    var follow = false

    @Flag(help: "Only lines that look like errors, each with its number and what stands around it.")
    var errors = false

    @Option(help: ArgumentHelp("The run; the newest that has the package otherwise.", valueName: "number"))
    var run: Int64?

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try Arguments.check(run: run)
        if follow, errors {
            throw ValidationError("--errors looks at what is there: it cannot be combined with --follow")
        }
    }

    func run() async throws {
        try await connection.connected { connection in
            var lines = ErrorLines()
            var reader = LogReader(package: selection.name, states: selection.states, run: run ?? 0, follows: follow)
            var text = LogText(keepsColours: Terminal.current.palette.isColoured)
            var isEmpty = true
            func write(_ text: String) {
                isEmpty = isEmpty && text.isEmpty
                Output.write(text)
            }
            func finish() { write(errors ? lines.take(text.finish()) + lines.finish() : text.finish()) }
            do {
                while true {
                    for event in try await reader.next(&connection) {
                        switch event {
                        case .text(let bytes):
                            let piece = text.take(bytes)
                            write(errors ? lines.take(piece) : piece)
                        case .newAttempt(let cpv): Output.note("farmctl: another attempt at \(cpv) begins")
                        case .end:
                            finish()
                            if isEmpty {
                                Output.note("farmctl: \(errors ? "no line tells of an error" : "it printed nothing")")
                            }
                            return
                        }
                    }
                }
            } catch {
                finish()
                throw error
            }
        }
    }
}
