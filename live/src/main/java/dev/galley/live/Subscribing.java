package dev.galley.live;

import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** Looks at what a caller wishes: whether the tables are there, and the columns and values fit. Blocking. */
final class Subscribing {
    private static final int MOST_IN_A_LIST = 100;
    private static final Set<String> KEYWORDS = Set.of("null", "true", "false", "unknown");

    private final Rules rules;
    private final Asker asker;

    Subscribing(Rules rules, Asker asker) {
        this.rules = rules;
        this.asker = asker;
    }

    /** The wish's conditions for each table that it concerns. */
    Map<Integer, List<Test>> tests(Hearer hearer, Wish wish) throws NotSubscribed, SQLException, InterruptedException {
        List<RulesReader.Published> tables = rules.published().stream()
                .filter(table -> wish.concerns(table.schema(), table.name()))
                .toList();
        if (tables.isEmpty()) {
            throw new NotSubscribed("Unable to subscribe to changes with given parameters. Please check Realtime is"
                    + " enabled for the given connect parameters: [" + wish.described() + "]");
        }
        if (wish.conditions().isEmpty() && wish.columns().isEmpty()) {
            return Map.of();
        }
        Map<Integer, List<Test>> tests = new HashMap<>();
        for (RulesReader.Published each : tables) {
            TableRules table = rules.of(each.oid());
            Set<String> selectable = rules.of(table, hearer.role()).selectable();
            try {
                for (String column : wish.columns().orElse(List.of())) {
                    if (!selectable.contains(column)) {
                        throw new NotSubscribed("invalid column for select " + column);
                    }
                }
                List<Test> own = new ArrayList<>();
                for (Condition condition : wish.conditions()) {
                    if (!selectable.contains(condition.column())) {
                        throw new NotSubscribed("invalid column for filter " + condition.column());
                    }
                    own.add(test(
                            hearer, condition, table.column(condition.column()).orElseThrow()));
                }
                tests.put(table.oid(), List.copyOf(own));
            } catch (NotSubscribed wrong) {
                throw new NotSubscribed("Unable to subscribe to changes with given parameters. An exception happened so"
                        + " please check your connect parameters: [" + wish.described() + "]. Exception: "
                        + wrong.getMessage());
            }
        }
        return tests;
    }

    private Test test(Hearer hearer, Condition condition, TableRules.Column column)
            throws NotSubscribed, InterruptedException {
        return switch (condition.operator()) {
            case IS -> {
                if (!KEYWORDS.contains(condition.value())) {
                    throw new NotSubscribed("invalid value for is filter: must be null, true, false, or unknown");
                }
                if (!condition.value().equals("null") && column.type() != ValueType.Plain.BOOLEAN) {
                    throw new NotSubscribed(
                            "is " + condition.value() + " filter requires a boolean column, got " + column.sqlType());
                }
                yield new Test(condition, column, List.of(condition.value()));
            }
            case IN -> {
                List<String> values = ask(
                        hearer,
                        "select v::text from unnest($1::" + column.sqlType()
                                + "[]) as v, lateral (select v = v) as compared",
                        condition.value());
                if (values.size() > MOST_IN_A_LIST) {
                    throw new NotSubscribed("too many values for `in` filter. Maximum 100");
                }
                boolean here = column.type().comparesAsText();
                yield new Test(condition, column, here ? values : List.of(condition.value()));
            }
            case EQ, NEQ, LT, LTE, GT, GTE, ISDISTINCT ->
                new Test(
                        condition,
                        column,
                        ask(hearer, canonical(condition.operator(), column.sqlType()), condition.value()));
            case LIKE, ILIKE, MATCH, IMATCH -> {
                Test test = new Test(condition, column, List.of(condition.value()));
                ask(
                        hearer,
                        "select null::" + column.sqlType() + " "
                                + condition.operator().sql() + " ($1::text)::" + column.sqlType() + ", ''::text "
                                + condition.operator().sql() + " $1::text",
                        condition.value());
                yield test;
            }
        };
    }

    /** Prints a value as a row would, and fails where values of the type cannot be compared so. */
    private static String canonical(Condition.Operator operator, String type) {
        String value = "$1::" + type;
        return "select (" + value + ")::text from (select (" + value + ") " + operator.sql() + " (" + value
                + ")) as compared";
    }

    private List<String> ask(Hearer hearer, String sql, String value) throws NotSubscribed, InterruptedException {
        try {
            return asker.ask(hearer.as(), sql, List.of(Asker.bytes(value))).get();
        } catch (ExecutionException e) {
            throw new NotSubscribed(
                    e.getCause() instanceof DatabaseException failed
                                    && failed.failure() instanceof DatabaseFailure.Refused refused
                            ? refused.message()
                            : "the database cannot be asked");
        }
    }
}
