package dev.galley.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads types. Every relation has a row type and an array of it that hardly anybody names, so those are read only when a column
 * or a function uses them: {@link #require} brings what {@link #loadNameable} left out.
 */
final class TypeCatalog {

    /*
     * format_type with a modifier of -1 names the type so that it takes any length (bpchar, "bit"); with NULL it gives the
     * name of the SQL standard, which means length 1 for those two.
     */
    private static final String TYPES = """
            select t.oid, n.nspname, t.typname, t.typtype, t.typbasetype, t.typtypmod, t.typnotnull,
                case when t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc then t.typelem else 0 end,
                case when t.typtype in ('r', 'm')
                    then (select r.rngsubtype from pg_catalog.pg_range r where t.oid in (r.rngtypid, r.rngmultitypid))
                    else 0 end,
                pg_catalog.format_type(t.oid, -1),
                pg_catalog.format_type(t.oid, null),
                case when t.typtype = 'd' then pg_catalog.pg_get_expr(t.typdefaultbin, 0) end,
                case when t.typtype = 'e'
                    then array(select e.enumlabel::text from pg_catalog.pg_enum e
                               where e.enumtypid = t.oid order by e.enumsortorder) end,
                case when t.typtype = 'c'
                    then array(select a.attname::text from pg_catalog.pg_attribute a
                               where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped order by a.attnum) end,
                case when t.typtype = 'c'
                    then array(select pg_catalog.format_type(a.atttypid, a.atttypmod) from pg_catalog.pg_attribute a
                               where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped order by a.attnum) end,
                j.castsource is not null
            from pg_catalog.pg_type t
            join pg_catalog.pg_namespace n on n.oid = t.typnamespace
            left join pg_catalog.pg_cast j
                on j.castsource = t.oid and j.casttarget = 'pg_catalog.json'::regtype and j.castmethod = 'f' and t.oid >= 16384
            left join pg_catalog.pg_type e on e.oid = t.typelem
            left join pg_catalog.pg_class c on c.oid in (t.typrelid, e.typrelid) and c.oid <> 0
            """;

    private static final String NAMEABLE = TYPES + """
            where (c.relkind is null or c.relkind = 'c')
                and n.nspname not in ('information_schema', 'pg_toast') and n.nspname !~ '^pg_(toast_)?temp_'
            """;

    private static final String BY_OID = TYPES + "where t.oid = any (?)";

    private static final String REPRESENTATIONS = """
            select case when source.typtype = 'd' then source.oid else target.oid end,
                case when source.typtype = 'd' then 'to_json'
                     when c.castsource = 'pg_catalog.json'::regtype then 'from_json' else 'from_text' end,
                n.nspname, f.proname
            from pg_catalog.pg_cast c
            join pg_catalog.pg_type source on source.oid = c.castsource
            join pg_catalog.pg_type target on target.oid = c.casttarget
            join pg_catalog.pg_proc f on f.oid = c.castfunc
            join pg_catalog.pg_namespace n on n.oid = f.pronamespace
            where c.castcontext = 'i' and c.castmethod = 'f' and pg_catalog.has_function_privilege(f.oid, 'execute')
                and (source.typtype = 'd' and c.casttarget = 'pg_catalog.json'::regtype
                    or target.typtype = 'd' and c.castsource in ('pg_catalog.json'::regtype, 'pg_catalog.text'::regtype))
            """;

    private record Row(
            int oid,
            QualifiedName name,
            Type.Kind kind,
            int inner,
            int modifier,
            boolean notNull,
            String sql,
            String standardSql,
            Optional<String> defaultSql,
            List<String> labels,
            List<Type.Attribute> attributes,
            boolean jsonCast) {}

    private final CatalogReader reader;
    private final Map<Integer, Row> rows = new HashMap<>();
    private final Map<Integer, Type> types = new HashMap<>();
    private final Set<Integer> nameable = new LinkedHashSet<>();
    private final Map<Integer, Representation> representations = new HashMap<>();

    TypeCatalog(CatalogReader reader) {
        this.reader = reader;
    }

    /** Reads every type that a caller may name in a cast. */
    void loadNameable() throws SQLException {
        reader.each(NAMEABLE, List.of(), row -> nameable.add(add(row)));
        reader.each(REPRESENTATIONS, List.of(), this::addRepresentation);
    }

    private void addRepresentation(CatalogReader.Row row) {
        int domain = row.integer();
        String direction = row.text();
        Optional<QualifiedName> function = Optional.of(row.name());
        Representation known = representations.getOrDefault(domain, Representation.NONE);
        representations.put(
                domain,
                switch (direction) {
                    case "to_json" -> new Representation(function, known.fromJson(), known.fromText());
                    case "from_json" -> new Representation(known.toJson(), function, known.fromText());
                    default -> new Representation(known.toJson(), known.fromJson(), function);
                });
    }

    /** Makes {@link #type} work for these types too. */
    void require(Collection<Integer> oids) throws SQLException {
        Set<Integer> missing = new LinkedHashSet<>(oids);
        missing.removeAll(rows.keySet());
        while (!missing.isEmpty()) {
            Set<Integer> inner = new LinkedHashSet<>();
            reader.each(BY_OID, List.of(CatalogReader.oids(missing)), row -> inner.add(row(add(row)).inner));
            inner.remove(0);
            inner.removeAll(rows.keySet());
            missing = inner;
        }
    }

    private int add(CatalogReader.Row row) {
        int oid = row.integer();
        QualifiedName name = row.name();
        String typtype = row.text();
        int base = row.integer();
        int modifier = row.integer();
        boolean notNull = row.flag();
        int element = row.integer();
        int subtype = row.integer();
        String sql = row.text();
        String standardSql = row.text();
        Optional<String> defaultSql = row.optionalText();
        List<String> labels = row.texts();
        List<String> attributeNames = row.texts();
        List<String> attributeTypes = row.texts();
        boolean jsonCast = row.flag();
        List<Type.Attribute> attributes = new ArrayList<>();
        for (int i = 0; i < attributeNames.size(); i++) {
            attributes.add(reader.once(new Type.Attribute(attributeNames.get(i), attributeTypes.get(i))));
        }
        Type.Kind kind = element != 0 ? Type.Kind.ARRAY : kind(typtype);
        int inner = element != 0 ? element : base != 0 ? base : subtype;
        rows.put(
                oid,
                new Row(
                        oid,
                        name,
                        kind,
                        inner,
                        modifier,
                        notNull,
                        sql,
                        standardSql,
                        defaultSql,
                        labels,
                        List.copyOf(attributes),
                        jsonCast));
        return oid;
    }

    private static Type.Kind kind(String typtype) {
        return switch (typtype) {
            case "e" -> Type.Kind.ENUM;
            case "d" -> Type.Kind.DOMAIN;
            case "c" -> Type.Kind.COMPOSITE;
            case "r" -> Type.Kind.RANGE;
            case "m" -> Type.Kind.MULTIRANGE;
            case "p" -> Type.Kind.PSEUDO;
            default -> Type.Kind.BASE;
        };
    }

    Type type(int oid) {
        Type known = types.get(oid);
        if (known != null) {
            return known;
        }
        Row row = row(oid);
        Optional<Type> base = row.inner == 0 ? Optional.empty() : Optional.of(type(row.inner));
        Type type = new Type(
                oid,
                row.name,
                row.kind,
                row.sql,
                base,
                row.labels,
                row.attributes,
                row.jsonCast,
                representations.getOrDefault(oid, Representation.NONE));
        types.put(oid, type);
        return type;
    }

    /** The type's name in the SQL standard, where {@code character} and {@code bit} are of length 1. */
    String standardSql(int oid) {
        return row(oid).standardSql;
    }

    /** Whether a domain, or one below it, refuses NULL. */
    boolean notNull(int oid) {
        Row row = row(oid);
        return row.kind == Type.Kind.DOMAIN && (row.notNull || notNull(row.inner));
    }

    /** A domain's default, which a column without one of its own takes. */
    Optional<String> defaultSql(int oid) {
        return row(oid).defaultSql;
    }

    /** The longest value in characters (bits for bit strings), seen through domains. */
    Optional<Integer> maxLength(int oid, int modifier) {
        Row row = row(oid);
        if (row.kind == Type.Kind.DOMAIN) {
            return maxLength(row.inner, row.modifier);
        }
        if (modifier < 0 || !row.name.schema().equals("pg_catalog")) {
            return Optional.empty();
        }
        return switch (row.name.name()) {
            // The stored modifier counts the four bytes of the value's header.
            case "varchar", "bpchar" -> Optional.of(reader.once(modifier - 4));
            case "bit", "varbit" -> Optional.of(reader.once(modifier));
            default -> Optional.empty();
        };
    }

    private Row row(int oid) {
        Row row = rows.get(oid);
        if (row == null) {
            throw new IllegalStateException("type " + Integer.toUnsignedString(oid) + " was not read");
        }
        return row;
    }

    Collection<Integer> nameable() {
        return nameable;
    }
}
