package dev.galley.query;

import dev.galley.schema.Column;
import dev.galley.schema.Identifiers;
import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import dev.galley.schema.Relationship.Pair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One level of a nested insert as a statement.
 *
 * <p>Which key belongs to which object of the request is never guessed from an order. From PostgreSQL 17 on MERGE returns columns of
 * its source beside those of the new row, so each key comes with the place of its object, whatever defaults and triggers made of it.
 * Older ones cannot: there keys that the request does not give are drawn first, from the column's default, and then written. Whether
 * the rows have those keys afterwards is looked at in the same statement, which fails when a trigger has made others of them.
 */
final class LevelInsert {
    /** The place of an object among those of its level, and that of the object it stands in. */
    static final String PLACE = "\"#\"";

    static final String PARENT = "\"^\"";

    private static final String BODY = "galley.body";

    private static final int MERGE_RETURNS_SOURCE = 170_000;

    private final int number;
    private final Relation relation;
    private final List<Column> given;
    private final String objects;
    private final boolean defaults;
    private final Set<String> keys = new LinkedHashSet<>();
    private final List<Taken> taken = new ArrayList<>();

    /** Columns whose values are keys that another level has left. */
    private record Taken(LevelInsert from, boolean parent, List<Pair> ownToTheirs) {}

    private LevelInsert(int number, Relation relation, List<String> columns, String objects, boolean defaults) {
        this.number = number;
        this.relation = relation;
        this.given = columns.stream()
                .distinct()
                .map(name -> Body.column(relation, name))
                .toList();
        this.objects = objects;
        this.defaults = defaults;
    }

    /** Hands the body over; {@code num_nulls} keeps it from being sent back. */
    static Prepared body(Value json) {
        Parameters parameters = new Parameters();
        String value = parameters.add(json);
        return new Prepared("SELECT num_nulls(set_config('" + BODY + "', " + value + ", true))", parameters, false);
    }

    static LevelInsert root(int number, Relation relation, Insert insert, Scope scope) {
        scope.countSelectItems(insert.nested().size());
        String json = "current_setting('" + BODY + "')::json";
        String objects = insert.payload().single()
                ? "SELECT 1::bigint AS o, 0::bigint AS p, " + json + " AS v"
                : "SELECT x.o, 0::bigint AS p, x.v FROM json_array_elements(" + json + ") WITH ORDINALITY AS x(v, o)";
        return new LevelInsert(number, relation, insert.payload().columns(), objects, insert.defaults());
    }

    LevelInsert child(int childNumber, Relation to, Nested nested) {
        String inner = "u.v -> " + Names.literal(nested.key());
        String inside = "SELECT row_number() OVER (ORDER BY u.o, x.n) AS o, u.o AS p, x.v FROM (" + objects
                + ") u CROSS JOIN LATERAL json_array_elements(CASE json_typeof(" + inner
                + ") WHEN 'array' THEN " + inner + " WHEN 'object' THEN json_build_array(" + inner
                + ") ELSE '[]' END) WITH ORDINALITY AS x(v, n)";
        return new LevelInsert(childNumber, to, nested.columns(), inside, defaults);
    }

    Relation relation() {
        return relation;
    }

    Set<String> columns() {
        return given.stream().map(Column::name).collect(Collectors.toSet());
    }

    /** The columns that other levels, or the answer, need to know. */
    Set<String> keys() {
        return keys;
    }

    /** Each row refers to the row of the child that stands in its object, if one does. */
    void takesFrom(LevelInsert child, List<Pair> ownToTheirs) {
        taken.add(new Taken(child, false, ownToTheirs));
    }

    /** Each row refers to the row in whose object it stands. */
    void takesFromParent(LevelInsert parent, List<Pair> theirsToOwn) {
        taken.add(new Taken(
                parent,
                true,
                theirsToOwn.stream()
                        .map(pair -> new Pair(pair.to(), pair.from()))
                        .toList()));
    }

    Prepared statement(Scope scope) {
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Column column : given) {
            columns.add(column.name());
            values.add("b." + Identifiers.quote(column.name()));
        }
        StringBuilder from = new StringBuilder("(").append(objects).append(") i");
        if (!given.isEmpty()) {
            from.append(" CROSS JOIN LATERAL ").append(record());
        }
        int joined = 0;
        for (Taken each : taken) {
            String alias = "k" + ++joined;
            List<String> theirs = each.ownToTheirs().stream().map(Pair::to).toList();
            from.append(each.parent() ? " JOIN " : " LEFT JOIN ")
                    .append(left(each.from().number, alias, each.from().relation, theirs))
                    .append(" ON ")
                    .append(each.parent() ? alias + "." + PLACE + " = i.p" : alias + "." + PARENT + " = i.o");
            for (Pair pair : each.ownToTheirs()) {
                columns.add(pair.from());
                values.add(alias + "." + Identifiers.quote(pair.to()));
            }
        }
        String sql = scope.schema().serverVersion() >= MERGE_RETURNS_SOURCE
                ? merge(columns, values, from)
                : draw(columns, values, from);
        return new Prepared(sql, new Parameters());
    }

    private String record() {
        String row =
                "b(" + definitions(relation, given.stream().map(Column::name).toList()) + ")";
        return defaults
                ? Body.defaultsObject(given)
                        .map(object -> "jsonb_to_record(" + object + " || i.v::jsonb) AS " + row)
                        .orElse("json_to_record(i.v) AS " + row)
                : "json_to_record(i.v) AS " + row;
    }

    private String merge(List<String> columns, List<String> values, CharSequence from) {
        String insert = columns.isEmpty()
                ? "INSERT DEFAULT VALUES"
                : "INSERT (" + quoted(columns, "") + ") VALUES (" + numbered("s.v", columns.size()) + ")";
        List<String> returned = new ArrayList<>(List.of("s.o", "s.p"));
        List<String> pairs = new ArrayList<>();
        for (String key : keys) {
            returned.add("t." + Identifiers.quote(key) + " AS k" + (pairs.size() + 1));
            pairs.add(Identifiers.literal(key) + ", w.k" + (pairs.size() + 1));
        }
        return "WITH w AS (MERGE INTO " + relation.name().sql() + " AS t USING (" + source(values, from)
                + ") AS s ON false WHEN NOT MATCHED THEN " + insert + " RETURNING " + String.join(", ", returned) + ") "
                + leave(pairs, "");
    }

    private String draw(List<String> columns, List<String> values, CharSequence from) {
        boolean mayOverride =
                columns.stream().allMatch(name -> Body.column(relation, name).writable());
        List<String> pairs = new ArrayList<>();
        List<String> drawn = new ArrayList<>();
        for (String key : keys) {
            if (!columns.contains(key)) {
                columns.add(key);
                values.add(drawn(key));
            }
            drawn.add("w.v" + (columns.indexOf(key) + 1));
            pairs.add(Identifiers.literal(key) + ", " + drawn.getLast());
        }
        // Values that were drawn may stand where PostgreSQL takes only its own; with a given one among them it is to
        // refuse.
        String overriding = mayOverride ? " OVERRIDING SYSTEM VALUE" : "";
        String insert = columns.isEmpty()
                ? " SELECT FROM w"
                : " (" + quoted(columns, "") + ")" + overriding + " SELECT " + numbered("w.v", columns.size())
                        + " FROM w ORDER BY w.o";
        String returning = keys.isEmpty() ? "" : " RETURNING " + quoted(keys, "");
        String check = keys.isEmpty() ? "" : ", " + ChangedKeys.check(drawn, quoted(keys, "r."));
        return "WITH w AS MATERIALIZED (" + source(values, from) + "), r AS (INSERT INTO "
                + relation.name().sql() + insert + returning + ") " + leave(pairs, check);
    }

    private String drawn(String key) {
        Column column = Body.column(relation, key);
        return column.defaultSql()
                .map(sql -> "(" + sql + ")::" + column.typeSql())
                .orElseThrow(() -> new QueryException(new QueryError.NestedInsertRefused(
                        relation.name(), key, "this PostgreSQL cannot tell a key that has no default")));
    }

    /** A row for each object: its places, and its values as v1, v2, ... */
    private static String source(List<String> values, CharSequence from) {
        StringBuilder sql = new StringBuilder("SELECT i.o, i.p");
        for (int i = 0; i < values.size(); i++) {
            sql.append(", ").append(values.get(i)).append(" AS v").append(i + 1);
        }
        return sql.append(" FROM ").append(from).append(" ORDER BY i.o").toString();
    }

    private String leave(List<String> pairs, String check) {
        List<String> members = new ArrayList<>(List.of("'#', w.o", "'^', w.p"));
        members.addAll(pairs);
        return "SELECT num_nulls(set_config('" + setting(number) + "', coalesce(json_agg(json_build_object("
                + String.join(", ", members) + ")), '[]')::text, true))" + check + " FROM w";
    }

    /** What the level of that number has left, as rows. */
    static String left(int number, String alias, Relation relation, Collection<String> keys) {
        String columns = keys.isEmpty() ? "" : ", " + definitions(relation, keys);
        return "json_to_recordset(current_setting('" + setting(number) + "')::json) AS " + alias + "(" + PLACE
                + " bigint, " + PARENT + " bigint" + columns + ")";
    }

    /** Ties the rows of a child to those in whose objects they stand. */
    static String junction(LevelInsert near, LevelInsert far, Relationship.Through link) {
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Pair pair : link.near()) {
            columns.add(pair.to());
            values.add("n." + Identifiers.quote(pair.from()));
        }
        for (Pair pair : link.far()) {
            columns.add(pair.from());
            values.add("f." + Identifiers.quote(pair.to()));
        }
        return "INSERT INTO " + link.junction().sql() + " (" + quoted(columns, "") + ") SELECT "
                + String.join(", ", values) + " FROM "
                + left(
                        far.number,
                        "f",
                        far.relation,
                        link.far().stream().map(Pair::to).toList()) + " JOIN "
                + left(
                        near.number,
                        "n",
                        near.relation,
                        link.near().stream().map(Pair::from).toList())
                + " ON n." + PLACE + " = f." + PARENT;
    }

    static String equal(String left, String right, Collection<String> columns) {
        return columns.stream()
                .map(Identifiers::quote)
                .map(name -> left + "." + name + " = " + right + "." + name)
                .collect(Collectors.joining(" AND "));
    }

    private static String definitions(Relation relation, Collection<String> columns) {
        return columns.stream()
                .distinct()
                .map(name -> Identifiers.quote(name) + " "
                        + Body.column(relation, name).typeSql())
                .collect(Collectors.joining(", "));
    }

    private static String quoted(Collection<String> columns, String prefix) {
        return columns.stream().map(name -> prefix + Identifiers.quote(name)).collect(Collectors.joining(", "));
    }

    private static String numbered(String prefix, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            names.add(prefix + i);
        }
        return String.join(", ", names);
    }

    private static String setting(int number) {
        return "galley.level" + number;
    }
}
