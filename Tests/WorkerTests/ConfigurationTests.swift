import Shared
import SystemPackage
import Testing

@testable import Worker

struct ConfigurationTests {
    private static let whole = """
        coordinator: {control: "tcp://head:5550", bulk: "tcp://head:5551", key: coordinator.pub}
        key: w1.secret
        state: /var/lib/binfarm/worker
        """

    private func load(_ text: String) throws -> WorkerConfiguration {
        let directory = try TemporaryDirectory()
        let file = directory.path.appending("worker.yaml")
        try AtomicFile.write(Array(text.utf8), to: file)
        var configuration = try WorkerConfiguration.load(file)
        configuration.key = FilePath(configuration.key.string.replacing(directory.path.string, with: "DIR"))
        return configuration
    }

    @Test func `The least that works has sensible defaults; relative paths are the file's`() throws {
        let configuration = try load(Self.whole)
        #expect(configuration.slots == 1)
        #expect(configuration.engine.command == ["podman"])
        #expect(configuration.network == "host")
        #expect(configuration.key == "DIR/w1.secret")
        #expect(configuration.state == "/var/lib/binfarm/worker")
    }

    @Test func `The engine's command and options are as written`() throws {
        let text = Self.whole + "\nengine: {command: [podman, --root, /x], run: [--ulimit, nofile=9:9]}\nmemory: 4GiB\n"
        let configuration = try load(text)
        #expect(configuration.engine.command == ["podman", "--root", "/x"])
        #expect(configuration.engine.run == ["--ulimit", "nofile=9:9"])
        #expect(configuration.memory == 4 << 30)
    }

    @Test(arguments: [
        ("slot: 2", "slot: is not known here"), ("slots: 0", "slots: is not 1 to 1024"),
        ("slots: many", "slots: is not"), ("cores: -1", "cores: is not positive"),
        ("engine: {command: []}", "engine.command: is empty"), ("engine: {cmd: [x]}", "engine.cmd: is not known here"),
        ("memory: lots", "memory: 'lots' is no size"),
    ])
    func `What is wrong is named`(_ line: String, _ expected: String) {
        let error = #expect(throws: ConfigurationError.self) { try load(Self.whole + "\n\(line)\n") }
        #expect(error?.problem.contains(expected) == true, "\(error?.problem ?? "")")
    }

    @Test func `A coordinator without a bulk endpoint is refused`() {
        let text = Self.whole.replacing(#"bulk: "tcp://head:5551", "#, with: "")
        let error = #expect(throws: ConfigurationError.self) { try load(text) }
        #expect(error?.problem.contains("bulk") == true)
    }

    @Test func `Two workers cannot use one state directory`() throws {
        let directory = try TemporaryDirectory()
        let first = try StateLock(in: directory.path)
        let error = #expect(throws: StateLockError.self) { _ = try StateLock(in: directory.path) }
        #expect(error?.description.contains("another process uses this state directory") == true)
        _ = consume first
        _ = try StateLock(in: directory.path)
    }
}
