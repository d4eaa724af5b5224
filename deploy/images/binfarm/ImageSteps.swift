/// What makes a binfarm image, as part of the program: what is installed is one file.
package enum ImageSteps {
    /// A file below the context of an image.
    package struct File: Sendable {
        package let path: String
        package let content: [UInt8]
        package let isProgram: Bool

        fileprivate init(_ path: String, _ content: [UInt8], isProgram: Bool = false) {
            self.path = path
            self.content = content
            self.isProgram = isProgram
        }
    }

    /// The scripts, and what is installed as /usr/libexec/binfarm. A file that is added has to be added here.
    package static let files: [File] = [
        File("make", PackageResources.make, isProgram: true),
        File("configure", PackageResources.configure, isProgram: true),
        File("finish", PackageResources.finish, isProgram: true),
        File("libexec/resolve", PackageResources.resolve, isProgram: true),
        File("libexec/binfarm_resolve/__init__.py", PackageResources.__init___py),
        File("libexec/binfarm_resolve/base.py", PackageResources.base_py),
        File("libexec/binfarm_resolve/binaries.py", PackageResources.binaries_py),
        File("libexec/binfarm_resolve/command.py", PackageResources.command_py),
        File("libexec/binfarm_resolve/configuration.py", PackageResources.configuration_py),
        File("libexec/binfarm_resolve/cycles.py", PackageResources.cycles_py),
        File("libexec/binfarm_resolve/digest.py", PackageResources.digest_py),
        File("libexec/binfarm_resolve/document.py", PackageResources.document_py),
        File("libexec/binfarm_resolve/environment.py", PackageResources.environment_py),
        File("libexec/binfarm_resolve/graph.py", PackageResources.graph_py),
        File("libexec/binfarm_resolve/links.py", PackageResources.links_py),
        File("libexec/binfarm_resolve/problems.py", PackageResources.problems_py),
        File("libexec/binfarm_resolve/recipe.py", PackageResources.recipe_py),
        File("libexec/binfarm_resolve/resolver.py", PackageResources.resolver_py),
    ]
}
