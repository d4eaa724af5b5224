import ArgumentParser
import Documents
import Glibc
import Shared
import SystemPackage

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Say how a package's build went: times, messages, and what it left.",
        discussion: "It is there when the build has ended.")

    @OptionGroup var selection: PackageSelection

    @Option(help: ArgumentHelp("The run; the newest that has the package otherwise.", valueName: "number"))
    var run: Int64?

    @Option(help: ArgumentHelp("Write what the build left to this file, a gzipped tar.", valueName: "file"))
    var files: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws { try Arguments.check(run: run) }

    func run() async throws {
        let (selection, run, files) = (selection, run ?? 0, files.map { FilePath($0) })
        let report = try await connection.connected { connection in
            let report = try await connection.report(
                package: selection.name, states: selection.states, run: run)
            if let files { try await Self.write(report.job, to: files, &connection) }
            return report
        }
        try Output.print(report, asJSON: json, .current)
    }

    private static func write(
        _ job: JobDocument, to path: FilePath, _ connection: inout CoordinatorConnection
    ) async throws {
        let beside = FilePath("\(path).new")
        do {
            let file = try FileDescriptor.open(
                beside, .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            defer { try? file.close() }
            try await connection.evidence(.files, of: job.cpv, run: job.run) { _ = try file.writeAll($0) }
            guard rename(beside.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(beside.string)
            guard let code = error as? Errno else { throw error }
            throw FarmctlError(.failed, "\(path) cannot be written: \(code)")
        }
    }
}
