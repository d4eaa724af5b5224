import Documents
import FoundationEssentials
import Shared
import Subprocess
import SystemPackage

/// One event on its way to one receiver, tried once.
struct NotificationDelivery: Sendable {
    let event: WireFarmEvent
    let receiver: NotificationRule.Receiver

    private static let timeout = Duration.seconds(60)
    /// Bytes of what a program complains of that are told.
    private static let complaint = 4096

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func deliver() async throws {
        let text = try EventDocument(event).documentText()
        switch receiver {
        case .webhook(let address): try await post(text, to: address)
        case .webhookFile(let file): try await post(text, to: try Self.address(in: file))
        case .command(let words):
            try await Self.run(.path(FilePath(words[0])), Array(words.dropFirst()), input: text, event.kind)
        }
    }

    /// The address and the text come to curl on its standard input: nobody reads them in a list of processes.
    private func post(_ text: String, to address: String) async throws {
        let settings = """
            url = \(Self.quoted(address))
            header = "Content-Type: application/json"
            header = "User-Agent: binfarm"
            data-binary = \(Self.quoted(text))
            """
        let words = [
            "--disable", "--globoff", "--fail", "--silent", "--show-error", "--proto", "=http,https", "--max-time",
            "30", "--output",
            "/dev/null", "--config", "-",
        ]
        try await Self.run(.name("curl"), words, input: settings, event.kind)
    }

    /// As curl's configuration files have it (its manual, `--config`).
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }

    private static func address(in file: FilePath) throws -> String {
        let content = try String(contentsOfFile: file.string, encoding: .utf8)
        let line = content.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard NotificationRule.isAddress(line) else { throw Failure(description: "\(file) begins with no address") }
        return line
    }

    private static func run(
        _ program: Executable, _ words: [String], input: String, _ kind: String
    ) async throws {
        let file = try UnnamedFile.holding(Array(input.utf8))
        // A file: whoever has much to say is not stopped in it.
        let errors = try UnnamedFile.holding([])
        defer { try? errors.close() }
        let status = try await TimeLimit.run(timeout) {
            let result = try await Subprocess.run(
                program, arguments: Arguments(words), environment: .inherit.updating(["BINFARM_EVENT": kind]),
                platformOptions: .child, input: .fileDescriptor(file, closeAfterSpawningProcess: true),
                output: .discarded, error: .fileDescriptor(errors, closeAfterSpawningProcess: false))
            return result.terminationStatus
        }
        guard case .exited(0) = status else {
            let bytes = try [UInt8](unsafeUninitializedCapacity: complaint) { buffer, count in
                count = try errors.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
            }
            let said = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: "; ")
            throw Failure(description: "\(status)" + (said.isEmpty ? "" : ": \(said)"))
        }
    }
}
