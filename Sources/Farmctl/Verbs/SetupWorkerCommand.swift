import ArgumentParser
import Shared
import SystemPackage
import ZeroMQ

struct SetupWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Prepare this host for a worker, and start it.",
        discussion: """
            `farmctl setup head` prints the command. Makes the worker's key and its configuration, with as many slots as \
            cores and memory are enough for, and prints the command that lets it in, for the head.
            """)

    @Argument(help: "The coordinator's host: a name or an address.")
    var head: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The coordinator's public key: the text in its .pub file.", valueName: "key"))
    var coordinatorKey: String

    @Option(help: ArgumentHelp("The coordinator's port for control, where it is another one.", valueName: "port"))
    var controlPort = CoordinatorPorts.standard.control

    @Option(help: ArgumentHelp("Its port for files.", valueName: "port"))
    var bulkPort = CoordinatorPorts.standard.bulk

    @Option(help: ArgumentHelp("The worker's name; the host's, if it is not said.", valueName: "hostname"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "How many packages it builds at once; one for each 4 cores and 4 GiB of memory, if it is not said.",
            valueName: "number"))
    var slots: Int?

    @OptionGroup var options: SetupOptions

    func validate() throws {
        guard WorkerDraft.host(head) != nil else {
            throw ValidationError("'\(head)' is no host: a name or an address, without tcp:// and port")
        }
        for port in [controlPort, bulkPort] where UInt16(port).map({ $0 == 0 }) ?? true {
            throw ValidationError("'\(port)' is no port: 1 to 65535")
        }
        do { _ = try CurvePublicKey(z85: coordinatorKey) } catch {
            throw ValidationError(
                "--coordinator-key: the public key is malformed: \(error); put it into single quotes")
        }
        if let name, !KeyName.isValid(name) {
            throw ValidationError("'\(name)' is no name for a key: letters, digits, '.', '_' and '-', at most 64")
        }
        if let slots, !(1...1024).contains(slots) { throw ValidationError("--slots is from 1 to 1024") }
    }

    func run() async throws {
        try HostPreparation.begin(verb: "worker")
        let setup = WorkerSetup(
            preparation: options.preparation, head: WorkerDraft.host(head) ?? head,
            ports: CoordinatorPorts(control: controlPort, bulk: bulkPort),
            coordinatorKey: try CurvePublicKey(z85: coordinatorKey), name: name, slots: slots,
            isStarted: !options.noStart)
        let outcome = try await setup.run()
        Output.write(
            """

            On \(head), as root: let this worker in
              \(outcome.admission)
            Here, as root: what is wrong with this host, if anything
              \(outcome.doctor)

            """)
    }
}
