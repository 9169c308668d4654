package dev.galley.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads relations and their columns, by oid. Partitions are left out: rows are reached through the partitioned table, so that
 * its row level security and its relationships are the ones that hold.
 */
final class RelationCatalog {

    private static final String RELATIONS = """
            with roles as materialized (
                select oid, rolname from pg_catalog.pg_roles where rolname = any (?)
            ), with_column_grants as (
                select distinct attrelid from pg_catalog.pg_attribute where attacl is not null and attnum > 0
            )
            select c.oid, c.reltype, n.nspname, c.relname, c.relkind, c.relrowsecurity,
                case
                    when c.relkind in ('r', 'p') then 4 | 8 | 16
                    -- A wrapper without a handler would make the whole query fail.
                    when c.relkind = 'v' or c.relkind = 'f' and exists (
                        select from pg_catalog.pg_foreign_table f
                        join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
                        join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
                        where f.ftrelid = c.oid and w.fdwhandler <> 0)
                    then pg_catalog.pg_relation_is_updatable(c.oid, true)
                    else 0
                end,
                array(
                    select r.rolname::text from roles r
                    where pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
                        and (pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')
                            or g.attrelid is not null
                                and pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT'))
                    order by 1),
                case when g.attrelid is not null then array(
                    select r.rolname::text from roles r
                    where not pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')
                        and pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT')
                    order by 1) else '{}' end,
                d.description
            from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            left join with_column_grants g on g.attrelid = c.oid
            left join pg_catalog.pg_description d
                on d.objoid = c.oid and d.classoid = 'pg_catalog.pg_class'::regclass and d.objsubid = 0
            where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition and n.nspname = any (?)
            order by n.nspname, c.relname
            """;

    private static final String COLUMNS = """
            select a.attrelid, a.attname, a.attnum, a.atttypid, a.atttypmod, a.attnotnull,
                case when a.atttypmod <> -1 then pg_catalog.format_type(a.atttypid, a.atttypmod) end,
                case
                    when a.attidentity <> '' then (
                        select pg_catalog.format('nextval(%L::regclass)', s.objid::regclass)
                        from pg_catalog.pg_depend s
                        where s.refclassid = 'pg_catalog.pg_class'::regclass and s.refobjid = a.attrelid
                            and s.refobjsubid = a.attnum and s.classid = 'pg_catalog.pg_class'::regclass
                            and s.deptype = 'i'
                        limit 1)
                    when a.attgenerated = '' then pg_catalog.pg_get_expr(e.adbin, e.adrelid)
                end,
                a.attidentity <> 'a' and a.attgenerated = '',
                a.attgenerated <> '',
                d.description
            from pg_catalog.pg_attribute a
            join pg_catalog.pg_class c on c.oid = a.attrelid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            left join pg_catalog.pg_attrdef e on e.adrelid = a.attrelid and e.adnum = a.attnum
            left join pg_catalog.pg_description d
                on d.objoid = a.attrelid and d.classoid = 'pg_catalog.pg_class'::regclass and d.objsubid = a.attnum
            where a.attnum > 0 and not a.attisdropped
                and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition and n.nspname = any (?)
            """;

    /** The bits of {@code pg_relation_is_updatable}: one for each kind of command. */
    private static final int UPDATE = 4;

    private static final int INSERT = 8;
    private static final int DELETE = 16;

    /** What the catalog says of a relation itself. */
    record Entry(
            int oid,
            int rowType,
            QualifiedName name,
            Relation.Kind kind,
            boolean rowSecurity,
            int updatable,
            Set<String> selectableBy,
            Set<String> partlySelectableBy,
            Optional<String> comment,
            List<ColumnEntry> columns) {

        /** @return empty for a column that was dropped meanwhile or belongs to the system */
        Optional<String> columnName(int position) {
            for (ColumnEntry column : columns) {
                if (column.position == position) {
                    return Optional.of(column.name);
                }
            }
            return Optional.empty();
        }

        boolean isView() {
            return kind == Relation.Kind.VIEW || kind == Relation.Kind.MATERIALIZED_VIEW;
        }
    }

    record ColumnEntry(
            String name,
            int position,
            int type,
            int modifier,
            boolean notNull,
            Optional<String> typeSql,
            Optional<String> defaultSql,
            boolean writable,
            boolean generated,
            Optional<String> comment) {}

    private final CatalogReader reader;
    private final Map<Integer, Entry> byOid = new LinkedHashMap<>();
    private final Map<Integer, Entry> byRowType = new HashMap<>();

    RelationCatalog(CatalogReader reader) {
        this.reader = reader;
    }

    void load(List<String> schemas, Collection<String> roles) throws SQLException {
        reader.each(RELATIONS, List.of(CatalogReader.texts(roles), CatalogReader.texts(schemas)), row -> {
            Entry entry = new Entry(
                    row.integer(),
                    row.integer(),
                    row.name(),
                    kind(row.text()),
                    row.flag(),
                    row.integer(),
                    reader.once(Set.copyOf(row.texts())),
                    reader.once(Set.copyOf(row.texts())),
                    row.optionalText(),
                    new ArrayList<>());
            byOid.put(entry.oid, entry);
            byRowType.put(entry.rowType, entry);
        });
        reader.each(COLUMNS, List.of(CatalogReader.texts(schemas)), row -> {
            Entry entry = byOid.get(row.integer());
            if (entry != null) {
                entry.columns.add(column(row));
            }
        });
        // Sorting ten columns at a time is cheaper than having the database sort them all.
        byOid.values().forEach(entry -> entry.columns.sort(Comparator.comparingInt(ColumnEntry::position)));
    }

    private static ColumnEntry column(CatalogReader.Row row) {
        String name = row.text();
        int position = row.integer();
        int type = row.integer();
        int modifier = row.integer();
        boolean notNull = row.flag();
        Optional<String> typeSql = row.optionalText();
        Optional<String> defaultSql = row.optionalText();
        boolean writable = row.flag();
        boolean generated = row.flag();
        return new ColumnEntry(
                name, position, type, modifier, notNull, typeSql, defaultSql, writable, generated, row.optionalText());
    }

    private static Relation.Kind kind(String relkind) {
        return switch (relkind) {
            case "p" -> Relation.Kind.PARTITIONED_TABLE;
            case "v" -> Relation.Kind.VIEW;
            case "m" -> Relation.Kind.MATERIALIZED_VIEW;
            case "f" -> Relation.Kind.FOREIGN_TABLE;
            default -> Relation.Kind.TABLE;
        };
    }

    Collection<Entry> all() {
        return byOid.values();
    }

    Optional<Entry> byOid(int oid) {
        return Optional.ofNullable(byOid.get(oid));
    }

    Optional<Entry> byRowType(int type) {
        return Optional.ofNullable(byRowType.get(type));
    }

    Set<Integer> columnTypes() {
        Set<Integer> types = new LinkedHashSet<>();
        for (Entry entry : byOid.values()) {
            entry.columns.forEach(column -> types.add(column.type));
        }
        return types;
    }

    /** The relation as the model holds it. */
    Relation relation(Entry entry, TypeCatalog types, List<String> primaryKey, List<Set<String>> uniqueKeys) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (ColumnEntry column : entry.columns) {
            columns.put(column.name, reader.once(column(column, types)));
        }
        return new Relation(
                entry.name,
                entry.kind,
                Collections.unmodifiableMap(columns),
                primaryKey,
                uniqueKeys,
                (entry.updatable & INSERT) != 0,
                (entry.updatable & UPDATE) != 0,
                (entry.updatable & DELETE) != 0,
                entry.rowSecurity,
                entry.selectableBy,
                entry.partlySelectableBy,
                entry.comment);
    }

    private static Column column(ColumnEntry column, TypeCatalog types) {
        Type type = types.type(column.type);
        Optional<String> defaultSql =
                column.defaultSql.isPresent() || column.generated ? column.defaultSql : types.defaultSql(column.type);
        return new Column(
                column.name,
                column.position,
                type,
                column.typeSql.orElse(type.sql()),
                !column.notNull && !types.notNull(column.type),
                defaultSql,
                column.writable,
                types.maxLength(column.type, column.modifier),
                column.comment);
    }
}
