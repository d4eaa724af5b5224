import Shared
import SystemPackage

/// Whom to tell of what: an entry of `notify` in coordinator.yaml.
struct NotificationRule: Decodable, Sendable {
    enum Occasion: String, Decodable, CaseIterable, Sendable {
        /// However it ended.
        case runFinished = "run-finished"
        case runFailed = "run-failed"
        case workerLost = "worker-lost"

        func fits(_ event: WireFarmEvent) -> Bool {
            switch self {
            case .runFinished: event.kind == "run-ended"
            case .runFailed: event.kind == "run-ended" && event.state == RunState.failed.rawValue
            case .workerLost: event.kind == "worker-lost"
            }
        }
    }

    enum Receiver: Sendable {
        /// The event is posted there as JSON.
        case webhook(address: String)
        /// The file's first line is the address: for one that nobody else may know.
        case webhookFile(FilePath)
        /// The program gets the event as JSON on its standard input.
        case command([String])
    }

    let occasions: [Occasion]
    private(set) var receiver: Receiver

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case occasions = "on"
        case webhook, command
        case webhookFile = "webhook-file"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
        occasions = try container.decodeIfPresent([Occasion].self, forKey: .occasions) ?? [.runFinished, .workerLost]
        let webhook = try container.decodeIfPresent(String.self, forKey: .webhook)
        let file = try container.decodeIfPresent(String.self, forKey: .webhookFile)
        let command = try container.decodeIfPresent([String].self, forKey: .command)
        switch (webhook, file, command) {
        case (let address?, nil, nil):
            guard Self.isAddress(address) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .webhook, in: container,
                    debugDescription: "is no address that begins with https:// or http://")
            }
            receiver = .webhook(address: address)
        case (nil, let file?, nil): receiver = .webhookFile(FilePath(file))
        case (nil, nil, let words?):
            guard words.first?.hasPrefix("/") == true else {
                throw DecodingError.dataCorruptedError(
                    forKey: .command, in: container,
                    debugDescription: "is a list of words, the first of them a program's absolute path")
            }
            receiver = .command(words)
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .webhook, in: container,
                debugDescription: "or 'webhook-file' or 'command': one of them says whom to tell")
        }
    }

    static func isAddress(_ text: String) -> Bool {
        (text.hasPrefix("https://") || text.hasPrefix("http://"))
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
    }

    private static func host(of address: String) -> String {
        let rest = address.drop { $0 != ":" }.dropFirst(3)
        let authority = rest.prefix { !"/?#".contains($0) }
        return authority.lastIndex(of: "@").map { String(authority[authority.index(after: $0)...]) }
            ?? String(authority)
    }

    func below(_ base: FilePath) -> NotificationRule {
        var rule = self
        if case .webhookFile(let file) = receiver { rule.receiver = .webhookFile(base.pushing(file)) }
        return rule
    }

    /// For the log: an address may be a secret.
    var name: String {
        switch receiver {
        case .webhook(let address): "webhook " + Self.host(of: address)
        case .webhookFile(let file): "webhook of \(file)"
        case .command(let words): words[0]
        }
    }
}
