package dev.galley.rest;

import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Step;
import dev.galley.schema.QualifiedName;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Knows whether rows of some tables, behind their policies, change by transactions of this server only, and are the same for all
 * requests with the same claims. PostgreSQL is asked once for each state of the database.
 *
 * <p>All of it is a list of what is known to be harmless. Tables, and those that policies read, in turn, are ordinary ones that are
 * written to the log. Policies are made of simple expressions, of PostgreSQL's own immutable functions and of those that the settings name;
 * a function of a user that calls itself immutable is not believed, and there are no operators of users on
 * PostgreSQL's own types, which a filter would find. Of the settings of a request they see the claims and those of
 * the application. Servers that only speak as PostgreSQL does have other snapshots, and distributed tables live elsewhere.
 */
final class StableTables {
    private static final Logger LOG = System.getLogger(StableTables.class.getName());

    private static final String SQL = """
            WITH RECURSIVE named (oid) AS (
                SELECT c.oid FROM ROWS FROM (
                    pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) t (schema, name)
                JOIN pg_catalog.pg_namespace n ON n.nspname = t.schema
                JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.name),
            tables (oid) AS (
                SELECT oid FROM named
                UNION
                SELECT more.oid FROM tables CROSS JOIN LATERAL (
                    SELECT m[1]::pg_catalog.oid
                    FROM pg_catalog.pg_policy p, pg_catalog.regexp_matches(p.polqual::pg_catalog.text, ':relid (\\d+)', 'g') m
                    WHERE p.polrelid = tables.oid AND p.polcmd IN ('r', '*')
                    UNION ALL
                    SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = tables.oid) more (oid)),
            rules (node, words) AS (
                SELECT p.polqual::pg_catalog.text, pg_catalog.pg_get_expr(p.polqual, p.polrelid)
                FROM pg_catalog.pg_policy p JOIN tables ON p.polrelid = tables.oid
                WHERE p.polqual IS NOT NULL AND p.polcmd IN ('r', '*')),
            functions (oid, called) AS (
                SELECT m[2]::pg_catalog.oid, m[1] = 'funcid'
                FROM rules, pg_catalog.regexp_matches(node, ':(funcid|opfuncid|aggfnoid|winfnoid) ([1-9]\\d*)', 'g') m
                UNION
                SELECT o.oprcode::pg_catalog.oid, false
                FROM rules, pg_catalog.regexp_matches(node, ':opno (\\d+)', 'g') m
                LEFT JOIN pg_catalog.pg_operator o ON o.oid = m[1]::pg_catalog.oid)
            SELECT (SELECT pg_catalog.count(*) FROM named) = pg_catalog.cardinality($1::pg_catalog.text[])
                AND pg_catalog.version() ~ '^PostgreSQL [0-9]+([.][0-9]+|(beta|rc)[0-9]+)? '
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus')
                AND NOT EXISTS (
                    SELECT FROM tables LEFT JOIN pg_catalog.pg_class c ON c.oid = tables.oid
                    WHERE ((c.relkind IN ('r', 'm') AND c.relam = 2 OR c.relkind = 'p') AND c.relpersistence = 'p') IS NOT TRUE)
                AND NOT EXISTS (
                    SELECT FROM rules, pg_catalog.regexp_matches(node, '[{]([A-Z_0-9]+)', 'g') m
                    WHERE m[1] <> ALL ($3::pg_catalog.text[]))
                AND NOT EXISTS (SELECT FROM rules WHERE node ~ '[{]SQLVALUEFUNCTION :op [0-8] ')
                AND NOT EXISTS (
                    SELECT FROM rules, pg_catalog.regexp_matches(node, ':resulttype (\\d+) :resultcollid', 'g') m
                    WHERE m[1] <> ALL ('{16,18,19,20,21,23,25,114,700,701,1007,1009,1016,1042,1043,1700,2950,2951,3802}'))
                AND NOT EXISTS (
                    SELECT FROM rules
                    WHERE (SELECT pg_catalog.count(*) FROM pg_catalog.regexp_matches(node, ':funcid (2077|3294) ', 'g'))
                        <> (SELECT pg_catalog.count(*) FROM pg_catalog.regexp_matches(words,
                            'current_setting[(]''(request[.]jwt[.]claims?([.][a-z0-9_]+)*|app[.]settings[.][a-z0-9_.]+)''::text(, (true|false))?[)]', 'g')))
                AND NOT EXISTS (SELECT FROM rules WHERE words ~ '"[^"]*current_setting')
                AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_proc f ON f.oid = o.oprcode::pg_catalog.oid
                    WHERE o.oid >= 16384 AND NOT (f.provolatile = 'i' AND f.prolang IN (12, 13))
                        AND o.oprname = ANY ('{=,<>,<,<=,>,>=,~~,~~*,~,~*,@@,@>,<@,&&,<<,>>,&<,&>,-|-,->,->>}')
                        AND NOT EXISTS (SELECT FROM pg_catalog.pg_type t
                            WHERE t.oid IN (o.oprleft, o.oprright) AND t.oid >= 16384 AND t.typtype <> 'e'))
                AND NOT EXISTS (
                    SELECT FROM functions LEFT JOIN pg_catalog.pg_proc f ON f.oid = functions.oid
                    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
                    WHERE (f.oid < 16384 AND f.provolatile = 'i'
                        OR f.oid IN (2077, 3294) AND functions.called
                        OR f.provolatile <> 'v' AND n.nspname || '.' || f.proname = ANY ($4::pg_catalog.text[])) IS NOT TRUE)
            """;

    /** Kinds of nodes, as PostgreSQL names them in a policy that it keeps; some have had another name up to 15. */
    private static final List<String> HARMLESS = List.of(
            "VAR",
            "CONST",
            "PARAM",
            "OPEXPR",
            "FUNCEXPR",
            "BOOLEXPR",
            "RELABELTYPE",
            "COERCEVIAIO",
            "NULLTEST",
            "BOOLEANTEST",
            "SCALARARRAYOPEXPR",
            "ARRAY",
            "ARRAYEXPR",
            "CASE",
            "CASEEXPR",
            "WHEN",
            "CASEWHEN",
            "CASETESTEXPR",
            "COALESCE",
            "COALESCEEXPR",
            "NULLIFEXPR",
            "DISTINCTEXPR",
            "SQLVALUEFUNCTION",
            "SUBLINK",
            "QUERY",
            "RTE",
            "RANGETBLENTRY",
            "RTEPERMISSIONINFO",
            "ALIAS",
            "FROMEXPR",
            "JOINEXPR",
            "RANGETBLREF",
            "TARGETENTRY",
            "AGGREF");

    /** Of sets of tables whose judgement is remembered. */
    private static final int MOST_JUDGED = 1000;

    private final RequestTransaction transactions;
    private final Duration timeout;
    private final DatabaseState states;
    private final List<String> functions;
    private volatile Judged judged = new Judged("", new ConcurrentHashMap<>());

    /** What was found out in one state of the database. */
    private record Judged(String state, Map<Set<QualifiedName>, Boolean> tables) {}

    StableTables(RequestTransaction transactions, Duration timeout, DatabaseState states, List<String> functions) {
        this.transactions = transactions;
        this.timeout = timeout;
        this.states = states;
        this.functions = functions;
    }

    /** What is known of the tables in that state. */
    Optional<Boolean> known(Set<QualifiedName> tables, String state) {
        Judged now = judged;
        return now.state().equals(state) ? Optional.ofNullable(now.tables().get(tables)) : Optional.empty();
    }

    /** Finds out and tells; no, when the state is another by now or cannot be told. Must be called on an event loop. */
    void ask(Set<QualifiedName> tables, String state, String role, Consumer<Boolean> then) {
        OneText before = new OneText();
        OneText answer = new OneText();
        OneText after = new OneText();
        List<QualifiedName> names = List.copyOf(tables);
        Statement question = new Statement(
                SQL,
                List.of(
                        array(names, QualifiedName::schema),
                        array(names, QualifiedName::name),
                        array(HARMLESS, text -> text),
                        array(functions, text -> text)));
        List<Step> steps = List.of(DatabaseState.step(before), new Step(question, answer), DatabaseState.step(after));
        transactions
                .run(new TransactionRequest(
                        role, List.of(), true, false, steps, new TransactionRequest.Commit(), timeout))
                .outcome()
                .onComplete(outcome -> {
                    if (outcome.failed()) LOG.log(Level.DEBUG, "tables could not be looked at", outcome.cause());
                    Optional<String> same = Optional.of(state);
                    if (outcome.failed()
                            || !states.text(before).equals(same)
                            || !states.text(after).equals(same)) {
                        then.accept(false);
                        return;
                    }
                    boolean stable = answer.value().equals(Optional.of("t"));
                    Judged now = judged;
                    if (!now.state().equals(state) || now.tables().size() >= MOST_JUDGED) {
                        now = new Judged(state, new ConcurrentHashMap<>());
                        judged = now;
                    }
                    now.tables().put(tables, stable);
                    then.accept(stable);
                });
    }

    private static <T> byte[] array(List<T> values, Function<T, String> text) {
        return values.stream()
                .map(text)
                .map(each -> '"' + each.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"))
                .getBytes(StandardCharsets.UTF_8);
    }
}
