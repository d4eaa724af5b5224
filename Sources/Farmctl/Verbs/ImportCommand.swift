import ArgumentParser
import Shared
import Stack
import SystemPackage

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a farm file of what a group has.",
        subcommands: [ImportHepSoftCommand.self])
}

struct ImportHepSoftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hep-soft", abstract: "Write a farm file into a checkout of HEP-Soft.",
        discussion: """
            Takes its Makefile's variables, its package sets (presets/spec-*.yaml) and its root.*.d trees as they are, and \
            lists what has no place in a farm file, with the place that it has now.
            """)

    @Argument(help: "The checkout.", completion: .directory)
    var directory: String

    @Flag(help: "Write over a farm file that is there already.")
    var force = false

    func run() async throws {
        let checkout = FilePath(directory)
        let file = checkout.appending("farm.yaml")
        guard force || !FileStatus.exists(file) else {
            throw FarmctlError(.usage, "\(file) is there already", remedy: "--force writes over it.")
        }
        let found: HepSoftImport
        do throws(StackFault) {
            found = try HepSoftImport(checkout, submodules: await Self.submodules(of: checkout))
        } catch {
            throw FarmctlError(.usage, "\(directory): \(error)", remedy: error.remedy)
        }
        do { try AtomicFile.write(Array(found.farmFile.utf8), to: file) } catch {
            throw FarmctlError(.failed, "\(file) cannot be written: \(error)")
        }
        Output.write("\(file)\n")
        if !found.remainders.isEmpty { Output.note("not carried over:") }
        for remainder in found.remainders {
            Output.note("  \(remainder.what)")
            Output.note("    \(remainder.advice)")
        }
        Output.note("farmctl farm check \(file) looks at it")
    }

    /// As git has them; none where there is no git, or no repository.
    static func submodules(of checkout: FilePath) async -> [HepSoftImport.Submodule] {
        func git(_ words: String...) async -> String {
            guard let result = try? await Tool.run("git", ["-C", checkout.string] + words) else { return "" }
            return result.status == 0 ? result.output.trimmedEnds : ""
        }
        // With `-z` a key ends with its line: there may be spaces in it, as in the path.
        let paths = await git("config", "-z", "--file", ".gitmodules", "--get-regexp", #"^submodule\..*\.path$"#)
        var submodules: [HepSoftImport.Submodule] = []
        for entry in paths.split(separator: "\0") {
            let words = entry.split(separator: "\n", maxSplits: 1).map(String.init)
            guard words.count == 2 else { continue }
            let url = await git("config", "--file", ".gitmodules", "--get", words[0].dropLast(4) + "url")
            let tree = await git("ls-tree", "HEAD", "--", words[1]).split(whereSeparator: \.isWhitespace)
            guard !url.isEmpty, tree.count >= 3, tree[1] == "commit" else { continue }
            submodules.append(.init(path: words[1], url: url, commit: String(tree[2])))
        }
        return submodules
    }
}
