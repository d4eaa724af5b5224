/// An index of packages cannot be understood.
package struct PackagesIndexError: Error, Hashable, CustomStringConvertible {
    package let path: String
    package let detail: String

    package init(path: String, detail: String) {
        self.path = path
        self.detail = detail
    }

    package var description: String { "the package index \(path) cannot be read (\(detail))" }
}
