package dev.galley.schema;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Traces the columns of views to the columns of tables, through views of views, also those of hidden schemas. */
final class ViewCatalog {

    private static final System.Logger LOG = System.getLogger(ViewCatalog.class.getName());

    private static final String RULES = """
            select r.ev_class, r.ev_action::text
            from pg_catalog.pg_rewrite r
            join pg_catalog.pg_class c on c.oid = r.ev_class
            where r.ev_type = '1' and c.relkind in ('v', 'm') and c.oid = any (?)
            """;

    /** PostgreSQL's oids from here on are the user's: no catalog view needs to be looked into. */
    private static final int FIRST_USER_OID = 16_384;

    private final Map<Integer, Map<Integer, ViewRule.Origin>> views = new HashMap<>();

    /** Reads these views and then, as long as there are more, those that they select from. */
    void load(CatalogReader reader, Collection<Integer> oids, RelationCatalog relations) throws SQLException {
        Set<Integer> asked = new HashSet<>();
        Set<Integer> next = new LinkedHashSet<>(oids);
        while (!next.isEmpty()) {
            asked.addAll(next);
            Set<Integer> sources = new LinkedHashSet<>();
            reader.each(RULES, List.of(CatalogReader.oids(next)), row -> {
                int view = row.integer();
                Map<Integer, ViewRule.Origin> origins = origins(view, row.longText());
                views.put(view, origins);
                origins.values().forEach(origin -> sources.add(origin.relation()));
            });
            sources.removeAll(asked);
            sources.removeIf(oid -> Integer.compareUnsigned(oid, FIRST_USER_OID) < 0
                    || relations.byOid(oid).filter(known -> !known.isView()).isPresent());
            next = sources;
        }
    }

    /** A rule in a form that is not known yet costs the view its relationships, not everybody the whole model. */
    private static Map<Integer, ViewRule.Origin> origins(int view, String rule) {
        try {
            return ViewRule.origins(rule);
        } catch (IllegalArgumentException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The columns of view " + Integer.toUnsignedString(view) + " cannot be traced",
                    e);
            return Map.of();
        }
    }

    /** For every table behind the view, its columns by number with the view's columns that show them, in the view's order. */
    Map<Integer, Map<Integer, List<String>>> tablesBehind(RelationCatalog.Entry view) {
        Map<Integer, Map<Integer, List<String>>> tables = new TreeMap<>(Integer::compareUnsigned);
        for (RelationCatalog.ColumnEntry column : view.columns()) {
            base(new ViewRule.Origin(view.oid(), column.position()))
                    .ifPresent(origin -> tables.computeIfAbsent(origin.relation(), any -> new LinkedHashMap<>())
                            .merge(origin.column(), List.of(column.name()), ViewCatalog::joined));
        }
        return tables;
    }

    private Optional<ViewRule.Origin> base(ViewRule.Origin start) {
        Set<ViewRule.Origin> path = new HashSet<>();
        ViewRule.Origin origin = start;
        while (views.containsKey(origin.relation())) {
            ViewRule.Origin source = views.get(origin.relation()).get(origin.column());
            // Two views replaced so that each selects from the other are possible until somebody reads them.
            if (source == null || !path.add(source)) {
                return Optional.empty();
            }
            origin = source;
        }
        return Optional.of(origin);
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
