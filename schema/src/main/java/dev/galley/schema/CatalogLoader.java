package dev.galley.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads the catalog into a {@link SchemaModel}: about ten set-based queries in one read-only transaction with one snapshot,
 * joined here by oid.
 *
 * <p>PostgreSQL's own functions ({@code format_type}, {@code pg_get_expr} ...) do not keep to the transaction's snapshot: when a
 * table is dropped meanwhile they fail or print nonsense. Such a load is thrown away and begun again.
 */
public final class CatalogLoader {

    private static final AtomicLong VERSIONS = new AtomicLong();
    private static final int ATTEMPTS = 5;

    /** {@code internal_error} ("cache lookup failed ...") and everything about names that are gone. */
    private static final String INTERNAL_ERROR = "XX000";

    private static final String UNDEFINED = "42";

    /*
     * An empty search path makes every printed name a qualified one. One big join or sort is over before a parallel worker has
     * started or machine code is compiled. Each limit is in milliseconds: a catalog that is locked by a long migration is
     * tried again later instead of queueing up behind it.
     */
    private static final List<String> SESSION = List.of(
            "set transaction isolation level repeatable read, read only",
            "set local search_path = ''",
            "set local quote_all_identifiers = off",
            "set local jit = off",
            "set local max_parallel_workers_per_gather = 0",
            "set local work_mem = '32MB'",
            "set local lock_timeout = 10000",
            "set local statement_timeout = 60000");

    private final SchemaScope scope;

    public CatalogLoader(SchemaScope scope) {
        this.scope = scope;
    }

    /** Reads the catalog over a connection that has no transaction open, and leaves it so. */
    public SchemaModel load(Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return read(connection);
                } catch (SQLException e) {
                    if (attempt == ATTEMPTS || !changedMeanwhile(e)) {
                        throw e;
                    }
                } finally {
                    connection.rollback();
                }
            }
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }

    private static boolean changedMeanwhile(SQLException e) {
        String state = Optional.ofNullable(e.getSQLState()).orElse("");
        return state.equals(INTERNAL_ERROR) || state.startsWith(UNDEFINED);
    }

    private SchemaModel read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(String.join("; ", SESSION));
        }
        int serverVersion = serverVersion(connection);
        CatalogReader reader = new CatalogReader(connection);
        List<String> schemas = scope.schemas();
        Collection<String> roles = RoleCatalog.roles(reader, scope.roles());

        RelationCatalog relations = new RelationCatalog(reader);
        relations.load(schemas, roles);
        RoutineCatalog routines = new RoutineCatalog(reader);
        routines.load(schemas, roles);
        TypeCatalog types = new TypeCatalog(reader);
        types.loadNameable();
        types.require(relations.columnTypes());
        types.require(routines.types());
        MediaHandlerCatalog handlers = new MediaHandlerCatalog(reader);
        handlers.load(scope.exposedSchemas(), roles);
        types.require(handlers.types());
        KeyCatalog keys = new KeyCatalog();
        keys.load(reader, serverVersion, schemas);
        ViewCatalog views = new ViewCatalog();
        views.load(
                reader,
                relations.all().stream()
                        .filter(RelationCatalog.Entry::isView)
                        .map(RelationCatalog.Entry::oid)
                        .toList(),
                relations);
        ViewKeys viewKeys = new ViewKeys(relations, views, keys);
        Map<String, List<SchemaModel.RoleSetting>> roleSettings = RoleCatalog.settings(reader, roles);

        Map<QualifiedName, Relation> byName = relations(relations, types, keys, viewKeys, reader);
        RelationshipBuilder relationships = new RelationshipBuilder(scope, byName);
        relationships.addForeignKeys(relations, keys, viewKeys);
        RoutineBuilder builder = new RoutineBuilder(reader, types, relations);
        return new SchemaModel(
                VERSIONS.incrementAndGet(),
                serverVersion,
                byName,
                relationships.build(routines.computedRelationships(relations)),
                routines.computedFields(builder, relations, schemas),
                routines.callable(builder, schemas),
                roleSettings,
                TypeNames.of(types, schemas),
                handlers.handlers(types));
    }

    private static int serverVersion(Connection connection) throws SQLException {
        int[] version = new int[1];
        new CatalogReader(connection)
                .each(
                        "select pg_catalog.current_setting('server_version_num')::int",
                        List.of(),
                        row -> version[0] = row.integer());
        return version[0];
    }

    private static Map<QualifiedName, Relation> relations(
            RelationCatalog catalog, TypeCatalog types, KeyCatalog keys, ViewKeys viewKeys, CatalogReader reader) {
        Map<QualifiedName, Relation> relations = new LinkedHashMap<>();
        for (RelationCatalog.Entry entry : catalog.all()) {
            List<String> primaryKey =
                    entry.isView() ? viewKeys.primaryKey(entry) : names(entry, keys.primaryKey(entry.oid()));
            List<Set<String>> unique = new ArrayList<>();
            for (List<Integer> index : keys.uniqueIndexes(entry.oid())) {
                unique.add(new LinkedHashSet<>(names(entry, index)));
            }
            relations.put(
                    entry.name(),
                    catalog.relation(
                            entry,
                            types,
                            reader.once(primaryKey),
                            reader.once(unique.stream().map(Set::copyOf).toList())));
        }
        return Map.copyOf(relations);
    }

    private static List<String> names(RelationCatalog.Entry entry, List<Integer> positions) {
        return positions.stream()
                .map(entry::columnName)
                .flatMap(Optional::stream)
                .toList();
    }
}
