/// Graphs as lists of edges with a history beside them: text of columns between tabs, the first line names them.
extension BuildGraph {
    /// - Parameters:
    ///   - edges: columns `dependency` and `dependent`, each a package's name; each package waits for its dependencies.
    ///   - history: columns `package`, `make_jobs`, `wall_ms`, and `wall_build_ms` and `cpu_build_ms` for what a build
    ///     would take with other cores. Packages without a row get the median; without a history each takes a minute.
    package init(edges: TabbedText, history: TabbedText?) throws(GraphFileError) {
        let columns = (try edges.column("dependency"), try edges.column("dependent"))
        var numbers: [String: Int] = [:]
        var names: [String] = []
        var needs: [Set<Int>] = []
        func number(_ name: String) -> Int {
            if let known = numbers[name] { return known }
            numbers[name] = names.count
            names.append(name)
            needs.append([])
            return names.count - 1
        }
        for row in edges.rows {
            let (dependency, dependent) = (row.cells[columns.0], row.cells[columns.1])
            guard !dependency.isEmpty, !dependent.isEmpty else { throw edges.error(row, "a package has no name") }
            guard dependency != dependent else { throw edges.error(row, "\(dependent) depends on itself") }
            let first = number(dependency)
            needs[number(dependent)].insert(first)
        }
        let order = try Self.order(needs) { cycle in
            GraphFileError(
                edges.file, "packages that depend on each other: " + cycle.map { names[$0] }.joined(separator: ", "))
        }
        let costs = try history.map { table throws(GraphFileError) in try Self.costs(table) } ?? [:]
        let median = Self.median(costs.values.map(\.wall)) ?? 60_000
        var places = [Int32](repeating: 0, count: names.count)
        for (place, number) in order.enumerated() { places[number] = Int32(place) }
        self.init(
            jobs: order.map { number in
                Job(
                    name: names[number], waitsFor: needs[number].map { places[$0] }.sorted(),
                    cost: costs[names[number]] ?? BuildCost(wall: median))
            })
    }

    private static func costs(_ table: TabbedText) throws(GraphFileError) -> [String: BuildCost] {
        let package = try table.column("package")
        let wall = try table.column("wall_ms")
        let cores = table.optionalColumn("make_jobs")
        let parallel = (table.optionalColumn("wall_build_ms"), table.optionalColumn("cpu_build_ms"))
        var costs: [String: BuildCost] = [:]
        for row in table.rows {
            let took = try table.number(row, wall) ?? 0
            guard took > 0 else { throw table.error(row, "wall_ms is no time that a build takes") }
            let given = try cores.map { column throws(GraphFileError) in try table.number(row, column) ?? 1 } ?? 1
            guard (1...100_000).contains(given) else { throw table.error(row, "make_jobs is out of range") }
            var (parallelWall, parallelCPU): (Int64, Int64) = (0, 0)
            if let wall = parallel.0, let cpu = parallel.1 {
                parallelWall = min(took, try table.number(row, wall) ?? 0)
                parallelCPU = try table.number(row, cpu) ?? 0
            }
            costs[row.cells[package]] = BuildCost(
                wall: took, cores: Int32(given), parallelWall: parallelWall, parallelCPU: parallelCPU)
        }
        return costs
    }

    static func median(_ values: [Int64]) -> Int64? { values.isEmpty ? nil : values.sorted()[values.count / 2] }

    /// An order in which each stands behind what it needs: what is free first comes first.
    private static func order(
        _ needs: [Set<Int>], cycle: ([Int]) -> GraphFileError
    ) throws(GraphFileError) -> [Int] {
        var neededBy = [[Int]](repeating: [], count: needs.count)
        for (dependent, dependencies) in needs.enumerated() {
            for dependency in dependencies { neededBy[dependency].append(dependent) }
        }
        for position in neededBy.indices { neededBy[position].sort() }
        var missing = needs.map(\.count)
        var order = missing.indices.filter { missing[$0] == 0 }
        var next = 0
        while next < order.count {
            for dependent in neededBy[order[next]] {
                missing[dependent] -= 1
                if missing[dependent] == 0 { order.append(dependent) }
            }
            next += 1
        }
        guard order.count < needs.count else { return order }
        // Each package that is left needs one that is left: going from one to the next comes round.
        var path: [Int] = []
        var at = missing.firstIndex { $0 > 0 } ?? 0
        while !path.contains(at), path.count <= needs.count {
            path.append(at)
            at = needs[at].sorted().first { missing[$0] > 0 } ?? at
        }
        throw cycle(Array(path[(path.firstIndex(of: at) ?? 0)...]))
    }
}

/// A text of columns between tabs.
package struct TabbedText: Sendable {
    package let file: String
    let header: [String]
    let rows: [Row]

    struct Row: Sendable {
        /// From 1.
        var line: Int
        var cells: [String]
    }

    package init(_ bytes: [UInt8], file: String) throws(GraphFileError) {
        self.file = file
        var rows: [Row] = []
        var header: [String]?
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty { continue }
            var cells: [String] = []
            for cell in line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false) {
                guard let text = String(validating: cell, as: UTF8.self) else {
                    throw GraphFileError(file, line: index + 1, "is no text; compressed files are for zstd -dc first")
                }
                cells.append(text)
            }
            guard let names = header else {
                header = cells
                continue
            }
            guard cells.count == names.count else {
                throw GraphFileError(file, line: index + 1, "has \(cells.count) columns, the first line \(names.count)")
            }
            rows.append(Row(line: index + 1, cells: cells))
        }
        guard let header else { throw GraphFileError(file, "is empty") }
        self.header = header
        self.rows = rows
    }

    func error(_ row: Row, _ message: String) -> GraphFileError { GraphFileError(file, line: row.line, message) }

    func optionalColumn(_ name: String) -> Int? { header.firstIndex(of: name) }

    func column(_ name: String) throws(GraphFileError) -> Int {
        guard let column = optionalColumn(name) else {
            throw GraphFileError(file, line: 1, "the first line names no column '\(name)'")
        }
        return column
    }

    /// nil when the cell is empty.
    func number(_ row: Row, _ column: Int) throws(GraphFileError) -> Int64? {
        let text = row.cells[column]
        if text.isEmpty { return nil }
        guard let number = Int64(text), (0...1_000_000_000_000).contains(number) else {
            throw error(row, "\(header[column]) is '\(text.prefix(40))', no number of milliseconds or jobs")
        }
        return number
    }
}
