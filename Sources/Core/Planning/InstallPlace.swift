package import Shared

/// Category, name and slot: only one package can be installed here at a time.
package struct InstallPlace: Hashable {
    var category: String
    var name: String
    var slot: String

    package init(cpv: CPV, slot: String) {
        category = cpv.category
        name = cpv.name
        self.slot = slot
    }
}
