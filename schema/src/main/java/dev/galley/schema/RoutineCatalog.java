package dev.galley.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the functions of the search path, and those of any schema that lead from a row of one relation to rows of another. */
final class RoutineCatalog {

    private static final String FUNCTIONS = """
            with roles as materialized (
                select oid, rolname from pg_catalog.pg_roles where rolname = any (?)
            )
            select n.nspname, p.proname, p.pronargdefaults, p.proargnames::text[], p.proargtypes::text,
                p.proallargtypes::text, p.proargmodes::text[], p.prorettype, p.proretset, p.prorows = 1, p.provolatile,
                p.provariadic <> 0, p.proconfig,
                array(
                    select r.rolname::text from roles r
                    where pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
                        and pg_catalog.has_function_privilege(r.oid, p.oid, 'EXECUTE')
                    order by 1),
                d.description
            from pg_catalog.pg_proc p
            join pg_catalog.pg_namespace n on n.oid = p.pronamespace
            join pg_catalog.pg_type t on t.oid = p.prorettype
            left join pg_catalog.pg_description d
                on d.objoid = p.oid and d.classoid = 'pg_catalog.pg_proc'::regclass and d.objsubid = 0
            where p.prokind = 'f'
                and p.prorettype not in ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)
                and (n.nspname = any (?)
                    or p.pronargs = 1 and t.typtype = 'c' and n.nspname not in ('pg_catalog', 'information_schema'))
            order by n.nspname, p.proname, p.pronargs, p.oid
            """;

    /** Functions from a row: what they are called and the relation whose row they take. */
    record OfRow(QualifiedName relation, Entry function) {}

    /** A function as the catalog has it. */
    record Entry(
            QualifiedName name,
            int defaults,
            List<String> argumentNames,
            List<Integer> inputTypes,
            List<Integer> allTypes,
            List<String> modes,
            int returnType,
            boolean set,
            boolean oneRow,
            String volatility,
            boolean variadic,
            List<String> settings,
            List<String> executableBy,
            Optional<String> comment) {}

    private final CatalogReader reader;
    private final List<Entry> entries = new ArrayList<>();

    RoutineCatalog(CatalogReader reader) {
        this.reader = reader;
    }

    void load(List<String> schemas, Collection<String> roles) throws SQLException {
        reader.each(
                FUNCTIONS,
                List.of(CatalogReader.texts(roles), CatalogReader.texts(schemas)),
                row -> entries.add(new Entry(
                        row.name(),
                        row.integer(),
                        row.texts(),
                        row.numbers(),
                        row.numbers(),
                        row.texts(),
                        row.integer(),
                        row.flag(),
                        row.flag(),
                        row.text(),
                        row.flag(),
                        row.texts(),
                        row.texts(),
                        row.optionalText())));
    }

    Set<Integer> types() {
        Set<Integer> types = new LinkedHashSet<>();
        for (Entry entry : entries) {
            types.addAll(entry.inputTypes);
            types.addAll(entry.allTypes);
            types.add(entry.returnType);
        }
        return types;
    }

    /** The functions of these schemas that can be called by name, each name's by number of parameters. */
    Map<QualifiedName, List<Routine>> callable(RoutineBuilder builder, List<String> schemas) {
        Map<QualifiedName, List<Routine>> routines = new LinkedHashMap<>();
        for (Entry entry : entries) {
            if (schemas.contains(entry.name.schema()) && builder.callable(entry)) {
                routines.computeIfAbsent(entry.name, any -> new ArrayList<>()).add(builder.routine(entry));
            }
        }
        routines.replaceAll((name, overloads) -> List.copyOf(overloads));
        return Map.copyOf(routines);
    }

    /** Functions of one value of a row, by relation and name; of two with the same name the first on the search path. */
    Map<QualifiedName, Map<String, Routine>> computedFields(
            RoutineBuilder builder, RelationCatalog relations, List<String> schemas) {
        Map<QualifiedName, Map<String, Routine>> fields = new LinkedHashMap<>();
        for (String schema : schemas) {
            for (OfRow of : ofRows(relations)) {
                Entry function = of.function;
                if (function.name.schema().equals(schema)
                        && !function.set
                        && relations.byRowType(function.returnType).isEmpty()) {
                    fields.computeIfAbsent(of.relation, any -> new LinkedHashMap<>())
                            .putIfAbsent(function.name.name(), builder.routine(function));
                }
            }
        }
        fields.replaceAll((relation, functions) -> Map.copyOf(functions));
        return Map.copyOf(fields);
    }

    List<Relationship.Computed> computedRelationships(RelationCatalog relations) {
        List<Relationship.Computed> computed = new ArrayList<>();
        for (OfRow of : ofRows(relations)) {
            Entry function = of.function;
            relations
                    .byRowType(function.returnType)
                    .ifPresent(target -> computed.add(new Relationship.Computed(
                            of.relation,
                            target.name(),
                            function.name,
                            !function.set || function.oneRow,
                            function.comment)));
        }
        return computed;
    }

    private List<OfRow> ofRows(RelationCatalog relations) {
        List<OfRow> found = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.inputTypes.size() == 1) {
                relations
                        .byRowType(entry.inputTypes.getFirst())
                        .ifPresent(relation -> found.add(new OfRow(relation.name(), entry)));
            }
        }
        return found;
    }
}
