package dev.galley.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the aggregates of the exposed schemas that take one row and return a domain named by a media type. */
final class MediaHandlerCatalog {

    private static final String AGGREGATES = """
            with roles as materialized (
                select oid, rolname from pg_catalog.pg_roles where rolname = any (?)
            )
            select n.nspname, p.proname, rn.nspname, r.relname, p.prorettype,
                array(
                    select o.rolname::text from roles o
                    where pg_catalog.has_schema_privilege(o.oid, n.oid, 'USAGE')
                        and pg_catalog.has_function_privilege(o.oid, p.oid, 'EXECUTE')
                    order by 1)
            from pg_catalog.pg_proc p
            join pg_catalog.pg_namespace n on n.oid = p.pronamespace
            join pg_catalog.pg_type t on t.oid = p.prorettype
            join pg_catalog.pg_type a on a.oid = p.proargtypes[0]
            left join pg_catalog.pg_class r on r.oid = a.typrelid and a.typrelid <> 0 and r.relkind <> 'c'
            left join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
            where p.prokind = 'a' and p.pronargs = 1 and t.typtype = 'd' and pg_catalog.strpos(t.typname, '/') > 0
                and (r.oid is not null or a.oid = 'pg_catalog.anyelement'::regtype)
                and n.nspname = any (?)
            order by n.nspname desc, p.proname desc
            """;

    private static final String GEO_JSON = """
            select n.nspname, p.proname
            from pg_catalog.pg_proc p
            join pg_catalog.pg_namespace n on n.oid = p.pronamespace
            join pg_catalog.pg_depend d on d.objid = p.oid and d.classid = 'pg_catalog.pg_proc'::regclass and d.deptype = 'e'
            join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'postgis'
            where p.proname = 'st_asgeojson' and p.proargtypes[0] = 'pg_catalog.record'::regtype
            limit 1
            """;

    private record Entry(
            QualifiedName function, Optional<QualifiedName> rowsOf, int domain, List<String> executableBy) {}

    private final CatalogReader reader;
    private final List<Entry> entries = new ArrayList<>();
    private Optional<QualifiedName> geoJson = Optional.empty();

    MediaHandlerCatalog(CatalogReader reader) {
        this.reader = reader;
    }

    void load(List<String> exposedSchemas, Collection<String> roles) throws SQLException {
        reader.each(
                AGGREGATES,
                List.of(CatalogReader.texts(roles), CatalogReader.texts(exposedSchemas)),
                row -> entries.add(new Entry(row.name(), rowsOf(row), row.integer(), row.texts())));
        reader.each(GEO_JSON, List.of(), row -> geoJson = Optional.of(row.name()));
    }

    private static Optional<QualifiedName> rowsOf(CatalogReader.Row row) {
        Optional<String> schema = row.optionalText();
        Optional<String> name = row.optionalText();
        return schema.isPresent() && name.isPresent()
                ? Optional.of(new QualifiedName(schema.get(), name.get()))
                : Optional.empty();
    }

    List<Integer> types() {
        return entries.stream().map(Entry::domain).toList();
    }

    /** Of two for the same rows and media type the first by name counts. */
    MediaHandlers handlers(TypeCatalog types) {
        Map<QualifiedName, Map<String, MediaHandler>> ofRelation = new LinkedHashMap<>();
        Map<String, MediaHandler> ofAny = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Type domain = types.type(entry.domain);
            if (MediaHandler.isMediaType(domain)) {
                Map<String, MediaHandler> handlers = entry.rowsOf
                        .map(relation -> ofRelation.computeIfAbsent(relation, any -> new LinkedHashMap<>()))
                        .orElse(ofAny);
                var by = new MediaHandler.Aggregate(entry.function, entry.rowsOf, Set.copyOf(entry.executableBy));
                handlers.put(domain.name().name().toLowerCase(Locale.ROOT), MediaHandler.of(domain, by));
            }
        }
        ofRelation.replaceAll((relation, handlers) -> Map.copyOf(handlers));
        return new MediaHandlers(Map.copyOf(ofRelation), Map.copyOf(ofAny), geoJson);
    }
}
