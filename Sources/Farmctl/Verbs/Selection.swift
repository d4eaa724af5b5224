import ArgumentParser
import Shared

extension JobState: ExpressibleByArgument {}

/// Which package a verb is about.
struct PackageSelection: ParsableArguments {
    @Argument(
        help: """
            The package: dev-libs/expat-2.5.0, dev-libs/expat, or expat when no other has that name; an atom such as \
            '>=dev-libs/expat-2.5'; @set when it has one. Not needed with --state when one package is in it.
            """)
    var package: String?

    @Option(help: "Only a package in this state; may be given more than once.")
    var state: [JobState] = []

    func validate() throws {
        guard package != nil || !state.isEmpty else { throw ValidationError("name a package, or a --state") }
        if let package { try Arguments.check(package: package) }
    }

    /// Empty: any in the state.
    var name: String { package ?? "" }
    var states: [WireJobState] { state.map(\.wire) }
}

/// Which packages a verb is about.
struct PackagesSelection: ParsableArguments {
    @Argument(
        help: """
            Packages: dev-libs/expat, expat when no other has that name, dev-libs/expat-2.5.0, atoms such as \
            '>=dev-libs/expat-2.5:0[unicode]', 'dev-libs/*', @set.
            """)
    var packages: [String] = []

    @Option(help: "Only jobs in this state; may be given more than once.")
    var state: [JobState] = []

    func validate() throws { for package in packages { try Arguments.check(package: package) } }

    var states: [WireJobState] { state.map(\.wire) }
}

extension Arguments {
    /// Bad patterns are refused before anybody is asked.
    static func check(package: String) throws {
        guard !package.isEmpty else { throw ValidationError("a package has no name") }
        do {
            _ = try PackagePattern(package)
        } catch {
            throw ValidationError("\(error)\n\(PackagePatternError.remedy)")
        }
    }
}
